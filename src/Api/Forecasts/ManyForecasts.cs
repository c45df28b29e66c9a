using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Api.Authorization;
using Api.Endpoints;
using Api.Limits;
using Api.Pipeline;
using Api.Problems;
using Api.Questions;
using Api.Serialization;
using Domain.Forecasts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Store.GroupCommit;
using Worker;

namespace Api.Forecasts;

/// <summary>What became of one line.</summary>
/// <param name="Line">The line's number, from 1; empty lines count and are not answered.</param>
/// <param name="Status">What a request of its own would have been answered: 201, 200 or a refusal.</param>
/// <param name="Question">The question that the line named, where it could be read.</param>
/// <param name="Version">The forecast's version with it.</param>
/// <param name="MadeAt">When it was made and recorded.</param>
/// <param name="Problem">Why it was refused.</param>
public sealed record ForecastLineAnswer(
    long Line,
    int Status,
    string? Question,
    long? Version = null,
    DateTimeOffset? MadeAt = null,
    ProblemDetails? Problem = null
);

/// <summary>
/// Many forecasts in one request: a line each, read, recorded and answered as they come. Lines share commits with each other and with
/// everybody else's; each stands or falls by itself, and the answers keep the lines' order.
/// </summary>
public static class ManyForecasts
{
    public const string ContentType = "application/x-ndjson";

    /// <summary>The most lines of one request; history comes in by an import.</summary>
    private const int MostLines = 100_000;

    /// <summary>The most lines that are on their way: enough for a few commits, little enough to hold.</summary>
    private const int MostUnderway = 2_000;

    /// <summary>Maps <c>POST /forecasts</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/forecasts", SubmitManyAsync)
            .RequireAuthorization(Policies.Forecast)
            .Streams()
            .Is(Transfer.Upload)
            .Knows()
            .Accepts<ForecastLine>(ContentType, "application/ndjson", "application/jsonl", "application/json", "text/plain")
            .Produces<ForecastLineAnswer>(200, ContentType)
            .WithExample("""{"question":"rain","probability":0.65,"rationale":"Clouds."}""");

    /// <summary>Submit many forecasts, one a line</summary>
    /// <remarks>Answered line by line, in order.</remarks>
    public static async Task SubmitManyAsync(
        HttpContext http,
        GroupCommitQueue submissions,
        QuestionCache questions,
        IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> options
    )
    {
        http.Response.ContentType = ContentType;
        var underway = Channel.CreateBounded<Underway>(new BoundedChannelOptions(MostUnderway) { SingleReader = true, SingleWriter = true });
        // A client that sends all of its lines before it reads an answer is not left waiting for itself: the answers are held for it.
        var answers = new Pipe(new PipeOptions(pauseWriterThreshold: 32 << 20, resumeWriterThreshold: 16 << 20, useSynchronizationContext: false));
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var json = options.Value.SerializerOptions;

        async Task EndsAllAsync(Task part)
        {
            try
            {
                await part;
            }
            catch
            {
                await failed.CancelAsync();
                throw;
            }
        }

        await Task.WhenAll(
            EndsAllAsync(ReadAsync(http, submissions, questions, json, underway.Writer, failed.Token)),
            EndsAllAsync(AnswerAsync(http, json, underway.Reader, answers.Writer, failed.Token)),
            EndsAllAsync(answers.Reader.CopyToAsync(http.Response.BodyWriter, failed.Token))
        );
    }

    private static async Task ReadAsync(
        HttpContext http,
        GroupCommitQueue submissions,
        QuestionCache questions,
        JsonSerializerOptions json,
        ChannelWriter<Underway> underway,
        CancellationToken token
    )
    {
        var reader = new BoundedLines(http.Request.BodyReader, (int)BodyLimit.Largest);
        var type = (JsonTypeInfo<ForecastLine>)json.GetTypeInfo(typeof(ForecastLine));
        var activity = Activity.Current;
        var trace = (activity?.TraceId.ToString() ?? http.TraceIdentifier, activity?.Id ?? http.TraceIdentifier);
        while (await reader.ReadAsync(token) is { } line)
        {
            if (line.IsEmpty)
                continue;
            if (line.Number > MostLines)
            {
                await underway.WriteAsync(
                    new Underway(
                        line.Number,
                        null,
                        Problem.Of(
                            413,
                            "too-large",
                            "Content too large",
                            $"A request has at most {MostLines} lines; this one and those after it were not read. Send them in another, or as an import."
                        )
                    ),
                    token
                );
                reader.Stop();
                break;
            }

            await underway.WriteAsync(await SubmitAsync(line, type, http, submissions, questions, trace, token), token);
        }

        underway.Complete();
    }

    private static async ValueTask<Underway> SubmitAsync(
        BoundedLine line,
        JsonTypeInfo<ForecastLine> type,
        HttpContext http,
        GroupCommitQueue submissions,
        QuestionCache questions,
        (string Correlation, string Causation) trace,
        CancellationToken token
    )
    {
        if (line.IsTooLong)
        {
            return new Underway(line.Number, null, Problem.Of(413, "too-large", "Line too long", "A line has at most 1 MiB; shorten it."));
        }

        ForecastLine? body;
        try
        {
            var text = new Utf8JsonReader(line.Text);
            body = JsonSerializer.Deserialize(ref text, type);
            if (text.Read() || body is null)
                return new Underway(line.Number, null, Problem.Invalid("body", "A line is one forecast, a JSON object."));
        }
        catch (JsonException e)
        {
            return new Underway(line.Number, null, UnreadableBodies.For(e, type));
        }

        if (await questions.FindAsync(body.Question, token) is not { } question)
            return new Underway(line.Number, body.Question, QuestionEndpoints.Missing(body.Question));
        if (body.ToStatement(question, out var problem) is not { } statement)
            return new Underway(line.Number, body.Question, problem!);
        var caller = http.Caller();
        var command = new ForecastCommand(caller.Slug, caller.Kind, statement, body.Rationale, body.Evidence ?? [], body.ExpiresAt);
        if (ForecastDecisions.Check(question, command, http.Now()) is not null && await questions.FindNowAsync(body.Question, token) is { } asked)
        {
            return new Underway(line.Number, body.Question, Problem.For(ForecastDecisions.State(asked, null, command, http.Now())));
        }

        var submission = SubmissionProblems.Submitting(body.Question, caller, command, null, trace.Correlation, trace.Causation);
        while (true)
        {
            var room = submissions.Room;
            if (submissions.TrySubmit(submission, token, inBulk: true) is { } outcome)
                return new Underway(line.Number, body.Question, null, outcome);
            // No line is refused for want of room: the request is read no further until there is some.
            await room.WaitAsync(token);
        }
    }

    private static async Task AnswerAsync(
        HttpContext http,
        JsonSerializerOptions json,
        ChannelReader<Underway> underway,
        PipeWriter answers,
        CancellationToken token
    )
    {
        var type = (JsonTypeInfo<ForecastLineAnswer>)json.GetTypeInfo(typeof(ForecastLineAnswer));
        await using var writer = new Utf8JsonWriter(answers, new JsonWriterOptions { Encoder = json.Encoder });
        await foreach (var line in underway.ReadAllAsync(token))
        {
            JsonSerializer.Serialize(writer, await AnswerAsync(line, http), type);
            writer.Reset(answers);
            answers.GetSpan(1)[0] = (byte)'\n';
            answers.Advance(1);
            // Answers leave in company, and never wait for a line that has not come or is not committed yet.
            var waits = !underway.TryPeek(out var next) || next.Outcome is { IsCompleted: false };
            if (waits || answers.UnflushedBytes > 16 << 10)
                await answers.FlushAsync(token);
        }

        await answers.CompleteAsync();
    }

    private static async ValueTask<ForecastLineAnswer> AnswerAsync(Underway line, HttpContext http)
    {
        var outcome = line.Outcome is null ? null : await line.Outcome;
        if (outcome is SubmissionOutcome.Recorded recorded)
        {
            Instrumentation.Appends.Add(1);
            return new ForecastLineAnswer(line.Number, recorded.Version == 1 ? 201 : 200, line.Question, recorded.Version, recorded.At);
        }

        // Lines that follow go in under the rights of now; one that is already on its way is not sent again behind its back, for those after
        // it on the same question may have been recorded.
        if (outcome is SubmissionOutcome.CallerChanged)
            await http.ReadmitAsync();
        var refusal = line.Problem ?? SubmissionProblems.For(outcome, line.Question!);
        var problem = (ProblemDetails)((IValueHttpResult)refusal).Value!;
        return new ForecastLineAnswer(line.Number, problem.Status!.Value, line.Question, Problem: problem);
    }

    /// <summary>A line that waits for its answer: refused already, or handed in.</summary>
    private sealed record Underway(long Number, string? Question, IResult? Problem, Task<SubmissionOutcome>? Outcome = null);
}
