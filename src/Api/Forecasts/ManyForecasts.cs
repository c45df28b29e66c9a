using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Api.Authorization;
using Api.Endpoints;
using Api.Idempotency;
using Api.Limits;
using Api.Pipeline;
using Api.Problems;
using Api.Questions;
using Api.Requests;
using Api.Serialization;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Marten;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Store.GroupCommit;
using Store.Idempotency;
using Worker;

namespace Api.Forecasts;

/// <summary>What became of one line.</summary>
/// <param name="Line">The line's number, from 1; empty lines count and are not answered.</param>
/// <param name="Status">What a request of its own would have been answered: 201, 200 or a refusal.</param>
/// <param name="Question">The question that the line named, where it could be read.</param>
/// <param name="Version">The forecast's version with it.</param>
/// <param name="MadeAt">When it was made and recorded.</param>
/// <param name="Problem">Why it was refused.</param>
/// <param name="Receipt">
/// The signed receipt of what was recorded, a <c>c2sp.org/tlog-proof@v1</c> file in base64; null where nothing was, where none was asked for, and where no
/// ledger is kept.
/// </param>
public sealed record ForecastLineAnswer(
    long Line,
    int Status,
    string? Question,
    long? Version = null,
    DateTimeOffset? MadeAt = null,
    ProblemDetails? Problem = null,
    string? Receipt = null
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

    /// <summary>The lines of a part of a keyed request: few enough that its transaction holds their questions for a moment only.</summary>
    private const int LinesOfPart = 100;

    /// <summary>The most lines that are on their way: enough for a few commits, little enough to hold.</summary>
    private const int MostUnderway = 2_000;

    private static readonly QueryParameter Receipts = QueryParameter.OneOf(
        "receipts",
        ["true", "false"],
        "Whether each line that is recorded is answered with its receipt, of some 1,500 bytes and what it states.",
        otherwise: "true"
    );

    /// <summary>Maps <c>POST /forecasts</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/forecasts", SubmitManyAsync)
            .RequireAuthorization(Policies.Forecast)
            .Streams()
            .Is(Transfer.Upload)
            .Knows(Receipts)
            .Accepts<ForecastLine>(ContentType, "application/ndjson", "application/jsonl", "application/json", "text/plain")
            .Produces<ForecastLineAnswer>(200, ContentType)
            .WithExample("""{"question":"rain","probability":0.65,"rationale":"Clouds."}""");

    /// <summary>Submit many forecasts, one a line</summary>
    /// <remarks>Answered line by line, in order, each line that is recorded with its receipt.</remarks>
    public static async Task SubmitManyAsync(
        HttpContext http,
        GroupCommitQueue submissions,
        QuestionCache questions,
        ForecastReceipts receipts,
        IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> options
    )
    {
        var given = http.Request.Text(Receipts) switch
        {
            null or "true" => receipts,
            "false" => null,
            _ => throw new ParameterException("receipts", "'receipts' is true or false."),
        };
        http.Response.ContentType = ContentType;
        if (http.Features.Get<KeyedParts>() is { } parts)
        {
            await SubmitInPartsAsync(http, parts, questions, given, options.Value.SerializerOptions);
            return;
        }

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
            EndsAllAsync(AnswerAsync(http, given, json, underway.Reader, answers.Writer, failed.Token)),
            EndsAllAsync(answers.Reader.CopyToAsync(http.Response.BodyWriter, failed.Token))
        );
    }

    /// <summary>
    /// Records the lines of a keyed request so many at a time, each part in the transaction that keeps its answers: a repetition goes on where the request was
    /// cut off. The body has been read.
    /// </summary>
    private static async Task SubmitInPartsAsync(
        HttpContext http,
        KeyedParts parts,
        QuestionCache questions,
        ForecastReceipts? receipts,
        JsonSerializerOptions json
    )
    {
        var token = http.RequestAborted;
        var reader = new BoundedLines(http.Request.BodyReader, (int)BodyLimit.Largest);
        var trace = Trace(http);
        var (lines, ended) = (new List<ReadLine>(LinesOfPart), false);
        for (var number = 0; !ended; number++)
        {
            lines.Clear();
            while (lines.Count < LinesOfPart && !ended)
            {
                if (await reader.ReadAsync(token) is not { } line)
                    ended = true;
                else if (line.IsEmpty)
                    continue;
                else if (ended = line.Number > MostLines)
                    lines.Add(TooMany(line.Number, reader));
                else
                    lines.Add(await ReadLineAsync(line, http, questions, json, trace, token));
            }

            if (lines.Count == 0)
                continue;
            // Whoever lost the right to forecast meanwhile makes no more forecasts.
            var refused = number == 0 ? null : await http.ReadmitAsync();
            await http.Response.Body.WriteAsync(await parts.AnswerAsync(number, t => RecordAsync(lines, refused, t, http, receipts, json), token), token);
        }
    }

    private static async Task<byte[]> RecordAsync(
        IReadOnlyList<ReadLine> lines,
        IResult? refused,
        IdempotentTransaction transaction,
        HttpContext http,
        ForecastReceipts? receipts,
        JsonSerializerOptions json
    )
    {
        var answers = new ArrayBufferWriter<byte>();
        foreach (var line in lines)
        {
            await using var session = http.RequestServices.GetRequiredService<IDocumentStore>().OpenSession(transaction.ForSession());
            session.LastModifiedBy = http.Caller().Slug;
            var problem = refused ?? line.Problem;
            var outcome = problem is null ? await session.RecordAsync(line.Submission!, http.Now(), http.RequestAborted) : null;
            answers.Write(JsonSerializer.SerializeToUtf8Bytes(Answer(line.Number, line.Question, problem, outcome, receipts), json));
            answers.Write("\n"u8);
        }

        return answers.WrittenSpan.ToArray();
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
        var trace = Trace(http);
        while (await reader.ReadAsync(token) is { } line)
        {
            if (line.IsEmpty)
                continue;
            if (line.Number > MostLines)
            {
                await underway.WriteAsync(new Underway(TooMany(line.Number, reader)), token);
                break;
            }

            await underway.WriteAsync(await SubmitAsync(await ReadLineAsync(line, http, questions, json, trace, token), submissions, token), token);
        }

        underway.Complete();
    }

    private static (string Correlation, string Causation) Trace(HttpContext http)
    {
        var activity = Activity.Current;
        return (activity?.TraceId.ToString() ?? http.TraceIdentifier, activity?.Id ?? http.TraceIdentifier);
    }

    private static ReadLine TooMany(long number, BoundedLines reader)
    {
        reader.Stop();
        return new ReadLine(
            number,
            null,
            Problem.Of(
                413,
                "too-large",
                "Content too large",
                $"A request has at most {MostLines} lines; this one and those after it were not read. Send them in another, or as an import."
            )
        );
    }

    private static async ValueTask<ReadLine> ReadLineAsync(
        BoundedLine line,
        HttpContext http,
        QuestionCache questions,
        JsonSerializerOptions json,
        (string Correlation, string Causation) trace,
        CancellationToken token
    )
    {
        if (line.IsTooLong)
        {
            return new ReadLine(line.Number, null, Problem.Of(413, "too-large", "Line too long", "A line has at most 1 MiB; shorten it."));
        }

        var type = (JsonTypeInfo<ForecastLine>)json.GetTypeInfo(typeof(ForecastLine));
        ForecastLine? body;
        try
        {
            var text = new Utf8JsonReader(line.Text);
            body = JsonSerializer.Deserialize(ref text, type);
            if (text.Read() || body is null)
                return new ReadLine(line.Number, null, Problem.Invalid("body", "A line is one forecast, a JSON object."));
        }
        catch (JsonException e)
        {
            return new ReadLine(line.Number, null, UnreadableBodies.For(e, type));
        }

        if (await questions.FindAsync(body.Question, token) is not { } question)
            return new ReadLine(line.Number, body.Question, QuestionEndpoints.Missing(body.Question));
        if (body.ToStatement(question, out var problem) is not { } statement)
            return new ReadLine(line.Number, body.Question, problem!);
        var caller = http.Caller();
        var command = new ForecastCommand(new ForecasterName(caller.Slug), caller.Kind, statement, body.Rationale, body.Evidence ?? [], body.ExpiresAt);
        if (question.Status == QuestionStatus.Draft)
            return new ReadLine(line.Number, body.Question, Problem.For(ForecastDecisions.State(question, null, command, http.Now())));
        if (ForecastDecisions.Check(question, command, http.Now()) is not null && await questions.FindNowAsync(body.Question, token) is { } asked)
        {
            return new ReadLine(line.Number, body.Question, Problem.For(ForecastDecisions.State(asked, null, command, http.Now())));
        }

        var submission = SubmissionProblems.Submitting(body.Question, caller, command, null, trace.Correlation, trace.Causation);
        return new ReadLine(line.Number, body.Question, null, submission);
    }

    private static async ValueTask<Underway> SubmitAsync(ReadLine line, GroupCommitQueue submissions, CancellationToken token)
    {
        if (line.Submission is null)
            return new Underway(line);
        while (true)
        {
            var room = submissions.Room;
            if (submissions.TrySubmit(line.Submission, token, inBulk: true) is { } outcome)
                return new Underway(line, outcome);
            // No line is refused for want of room: the request is read no further until there is some.
            await room.WaitAsync(token);
        }
    }

    private static async Task AnswerAsync(
        HttpContext http,
        ForecastReceipts? receipts,
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
            JsonSerializer.Serialize(writer, await AnswerAsync(line, http, receipts), type);
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

    private static async ValueTask<ForecastLineAnswer> AnswerAsync(Underway underway, HttpContext http, ForecastReceipts? receipts)
    {
        var outcome = underway.Outcome is null ? null : await underway.Outcome;
        // Lines that follow go in under the rights of now; one that is already on its way is not sent again behind its back, for those after
        // it on the same question may have been recorded.
        if (outcome is SubmissionOutcome.CallerChanged)
            await http.ReadmitAsync();
        return Answer(underway.Line.Number, underway.Line.Question, underway.Line.Problem, outcome, receipts);
    }

    private static ForecastLineAnswer Answer(long number, string? question, IResult? refusal, SubmissionOutcome? outcome, ForecastReceipts? receipts)
    {
        if (outcome is SubmissionOutcome.Recorded recorded)
        {
            Instrumentation.Appends.Add(1);
            return new ForecastLineAnswer(
                number,
                recorded.Version == 1 ? 201 : 200,
                question,
                recorded.Version,
                recorded.At,
                Receipt: receipts?.Of(recorded.Commit, recorded.Place)
            );
        }

        var problem = (ProblemDetails)((IValueHttpResult)(refusal ?? SubmissionProblems.For(outcome, question!))).Value!;
        return new ForecastLineAnswer(number, problem.Status!.Value, question, Problem: problem);
    }

    /// <summary>A line that was read: it is refused already, or there is something to submit.</summary>
    private sealed record ReadLine(long Number, string? Question, IResult? Problem, Submission? Submission = null);

    /// <summary>A line that waits for its answer: refused already, or handed in.</summary>
    private sealed record Underway(ReadLine Line, Task<SubmissionOutcome>? Outcome = null);
}
