// What a page does beyond being read: keys, a timeline that can be zoomed, and word of what was recorded meanwhile. Nothing moves by itself.
(() => {
  "use strict";

  // What works with scripts alone is shown where they run.
  document.documentElement.classList.add("scripted");

  const inField = (target) => target instanceof Element && target.closest("input, select, textarea, [contenteditable]");
  const keys = () => document.getElementById("keys");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) return;
    if (event.key === "?") {
      const dialog = keys();
      if (dialog) dialog.open ? dialog.close() : dialog.showModal();
      return;
    }
    if (event.key !== "[" && event.key !== "]" && event.key !== "n") return;
    const link = document.querySelector(`[data-key="${event.key}"]`);
    if (link) link.click();
  });

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("[data-opens-keys]")) keys()?.showModal();
    const zoom = target?.closest("[data-zoom]");
    if (zoom) open(zoom);
  });

  const load = (kind, address) =>
    new Promise((done, failed) => {
      const element = document.createElement(kind === "style" ? "link" : "script");
      if (kind === "style") Object.assign(element, { rel: "stylesheet", href: address });
      else element.src = address;
      element.onload = done;
      element.onerror = failed;
      document.head.append(element);
    });

  // The server's picture stays until the one that can be zoomed is there, and comes back when that is closed.
  async function open(button) {
    const figure = button.closest("figure");
    const drawn = figure.querySelector("svg");
    if (figure.querySelector(".uplot")) {
      figure.querySelector(".chart").remove();
      drawn.removeAttribute("hidden");
      button.textContent = button.dataset.zoom;
      return;
    }
    button.disabled = true;
    try {
      const answer = fetch(button.dataset.from, { headers: { Accept: "application/json" } });
      if (!window.uPlot) await Promise.all([load("script", button.dataset.script), load("style", button.dataset.style)]);
      const timeline = await (await answer).json();
      const place = document.createElement("div");
      place.className = "chart";
      drawn.before(place);
      chart(place, timeline, drawn.getBoundingClientRect().width, button.dataset);
      drawn.setAttribute("hidden", "");
      button.textContent = button.dataset.close;
    } finally {
      button.disabled = false;
    }
  }

  function chart(place, timeline, width, words) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const steps = timeline.spread;
    const time = (at) => Date.parse(at) / 1000;
    const column = (name) => [...steps.map((s) => s[name] ?? null), steps.length ? steps[steps.length - 1][name] ?? null : null];
    const data = [
      [...steps.map((s) => time(s.at)), time(timeline.until)],
      column("low"),
      column("lowerQuartile"),
      column("median"),
      column("upperQuartile"),
      column("high"),
    ];
    // In the reader's zone, as the page has its instants.
    const clock = { timeZone: words.zone, dateStyle: "short", timeStyle: "short" };
    const date = new Intl.DateTimeFormat("sv-SE", clock);
    const offset = new Intl.DateTimeFormat("en-US", { timeZone: words.zone, timeZoneName: "shortOffset" });
    const instant = (v) => {
      const parts = offset.formatToParts(v * 1000);
      return `${date.format(v * 1000)} ${parts.find((p) => p.type === "timeZoneName").value.replace("GMT", "UTC").replace("-", "−")}`;
    };
    const percent = (value) => (value == null ? "–" : `${Math.round(value * 1000) / 10}\u202f%`);
    const stepped = window.uPlot.paths.stepped({ align: 1 });
    const edge = (label) => ({ label, paths: stepped, stroke: "transparent", points: { show: false }, value: (_, v) => percent(v) });
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") }, font: "12px system-ui" };
    new window.uPlot(
      {
        width,
        height: 300,
        tzDate: (at) => window.uPlot.tzDate(new Date(at * 1e3), words.zone),
        cursor: { drag: { x: true, y: false } },
        scales: { y: { range: [0, 1] } },
        bands: [
          { series: [5, 1], fill: colour("--blue") + "1a" },
          { series: [4, 2], fill: colour("--blue") + "2e" },
        ],
        axes: [axis, { ...axis, values: (_, marks) => marks.map(percent) }],
        series: [
          { label: words.time, value: (_, v) => (v == null ? "–" : instant(v)) },
          edge("5\u202f%"),
          edge("25\u202f%"),
          { label: words.median, paths: stepped, stroke: colour("--blue"), width: 2.5, points: { show: false }, value: (_, v) => percent(v) },
          edge("75\u202f%"),
          edge("95\u202f%"),
        ],
      },
      data,
      place,
    );
  }

  // One quiet line says that there is more; the reader decides when to look.
  const live = document.querySelector("[data-live]");
  if (live && window.EventSource) {
    const events = new EventSource(live.dataset.live);
    const told = () => {
      live.hidden = false;
      events.close();
    };
    for (const kind of live.dataset.kinds.split(" ")) events.addEventListener(kind, told);
    addEventListener("pagehide", () => events.close());
  }
})();
