using System.Globalization;
using Api.Authorization;
using Api.Endpoints;
using Api.Pipeline;
using Api.Problems;
using Api.Requests;
using Domain;
using Domain.People;
using Domain.Questions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Worker.EventNotifications;

namespace Api.Live;

/// <summary>Forecasts, resolutions, scorings and whatever else happens to questions, as server-sent events while they are recorded.</summary>
public static class LiveEndpoints
{
    /// <summary>The most characters of the values of a parameter together.</summary>
    private const int MaxValues = 2_000;

    private static readonly QueryParameter Question = QueryParameter.Text("question", "Only what concerns this question.", MaxValues);
    private static readonly QueryParameter Analyst = QueryParameter.Text("analyst", "Only what concerns this analyst.", MaxValues);
    private static readonly QueryParameter Tag = QueryParameter.Text("tag", "Only questions with this tag.", MaxValues);
    private static readonly QueryParameter Type = QueryParameter.Text("type", "Only events of this kind.", MaxValues);

    private static readonly QueryParameter LastEventId = QueryParameter.Pattern(
        "lastEventId",
        "^[0-9]+$",
        "Go on after the event of this id, where the header Last-Event-ID cannot be sent."
    );

    public static IServiceCollection AddLive(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddSingleton(configuration.GetSection("Live").Get<LiveOptions>() ?? new LiveOptions())
            .AddSingleton<EventNotifier>()
            .AddSingleton<LiveTail>()
            .AddHostedService(s => s.GetRequiredService<LiveTail>());

    public static void MapLive(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/live", FollowAsync)
            .RequireAuthorization(Policies.FollowLive)
            .Knows(Question, Analyst, Tag, Type, LastEventId)
            .Repeats(Question, Analyst, Tag, Type)
            .Streams()
            .WithTags("Live")
            .Produces<string>(200, "text/event-stream");

    /// <summary>Follow what happens, as server-sent events</summary>
    /// <remarks>Last-Event-ID resumes without a gap.</remarks>
    public static async Task<IResult> FollowAsync(
        HttpContext http,
        LiveTail tail,
        LiveOptions options,
        InProcessRequests inner,
        IHostApplicationLifetime lifetime
    )
    {
        var filter = ReadFilter(http.Request);
        var after = ReadLastEventId(http.Request);
        if (!tail.TryJoin(out var following))
        {
            http.Response.Headers.RetryAfter = "10";
            return Problem.Of(503, "too-many-readers", "Too many readers", $"This node serves {options.Readers} readers; try again later, or another node.");
        }

        try
        {
            await following.WaitAsync(http.RequestAborted);
            if (after is { } sequence && !await tail.KnowsAsync(sequence, http.RequestAborted))
            {
                return Problem.Invalid("lastEventId", $"No event has the id {sequence} yet; send the id of the last event that you got.");
            }

            var access = await LiveAccess.OfAsync(http, inner);
            StartStream(http);
            await new LiveReader(http, tail, options, filter, access, lifetime.ApplicationStopping).RunAsync(after);
        }
        catch (OperationCanceledException)
        {
            // The reader went away.
        }
        finally
        {
            tail.Leave();
        }

        return Results.Empty;
    }

    private static void StartStream(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache, no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // A slow reader is told so before it is cut off; the server's own limit would cut it off without a word.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    private static EventNotificationFilter ReadFilter(HttpRequest request)
    {
        var filter = new EventNotificationFilter(
            Values(request, Type),
            [.. Values(request, Question).Select(q => new QuestionSlug(q))],
            [.. Values(request, Analyst).Select(a => new ForecasterName(a))],
            Values(request, Tag)
        );
        if (filter.Types.FirstOrDefault(t => !EventNotificationFilter.AllTypes.Contains(t)) is { } unknown)
        {
            throw new ParameterException("type", $"There is no event '{unknown}' to follow; there are {string.Join(", ", EventNotificationFilter.AllTypes)}.");
        }

        if (!filter.Questions.All(q => StreamKeys.IsSlug(q.Value)))
            throw new ParameterException("question", "'question' is a question's slug.");
        if (!filter.Tags.All(StreamKeys.IsSlug))
            throw new ParameterException("tag", "'tag' is a tag: 1 to 80 characters of a to z, 0 to 9 and '-'.");
        return filter.Analysts.All(a => StreamKeys.IsForecaster(a.Value)) ? filter : throw new ParameterException("analyst", "'analyst' is an analyst's name.");
    }

    /// <summary>The values of a parameter, parted by commas.</summary>
    private static string[] Values(HttpRequest request, QueryParameter parameter)
    {
        var values = request.Text(parameter)?.Split(',') ?? [];
        return values.Length <= 50 ? values : throw new ParameterException(parameter.Name, $"'{parameter.Name}' takes at most 50 values, parted by commas.");
    }

    /// <summary>Where to go on. The header wins: a browser that reconnects sends it beside the address that it was first given.</summary>
    private static long? ReadLastEventId(HttpRequest request)
    {
        var given =
            request.Headers.TryGetValue("Last-Event-ID", out var header) && header.ToString().Length > 0 ? header.ToString()
            : request.Query.TryGetValue("lastEventId", out var query) ? query.ToString()
            : null;
        if (given is null)
            return null;
        return long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : throw new ParameterException("lastEventId", "The last event's id is a whole number, as the event gave it.");
    }
}
