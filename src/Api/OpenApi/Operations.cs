using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Api.Authorization;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Requests;
using Domain;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Api.OpenApi;

/// <summary>Completes each operation from what its endpoint is marked with: rights, parameters, headers, and every refusal that can come.</summary>
internal static partial class Operations
{
    private static readonly string[] Writes = ["POST", "PUT", "DELETE", "PATCH"];

    public static Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken token)
    {
        var marks = context.Description.ActionDescriptor.EndpointMetadata;
        var method = context.Description.HttpMethod ?? "GET";
        var path = "/" + Constraint().Replace(context.Description.RelativePath ?? "", "}");
        var rights = marks.NamedRights();
        operation.OperationId ??= Id(method, path);
        Parameters(operation, method, path, marks);
        if (operation.RequestBody is OpenApiRequestBody body && marks.OfType<BodyExample>().LastOrDefault() is { } example)
        {
            foreach (var media in body.Content?.Values ?? [])
                media.Example = JsonNode.Parse(example.Json);
        }

        Responses(operation, context.Document!, method, path, rights);
        if (marks.OfType<AlternateMediaTypes>().LastOrDefault() is { } forms && operation.Responses!["200"].Content is { } content)
        {
            foreach (var type in forms.MediaTypes)
                content.TryAdd(type, new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        }

        if (method == "GET" && context.ApplicationServices.GetRequiredService<HtmlForms>().AreOf(path) && operation.Responses!["200"].Content is { } withPage)
            withPage.TryAdd(HtmlForms.Html, new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        if (rights is null)
            return Task.CompletedTask;
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(OpenApiDescription.BearerScheme, context.Document)] = [] }];
        var needed = rights.Roles.Count == 0 ? "any role" : $"the role {string.Join(" or ", rights.Roles.Select(Spelling.Of))}";
        operation.Description = $"{operation.Description} Needs {needed}{(rights.OpenedBy is { } setting ? $", unless Access:{setting} is on" : "")}.".Trim();
        return Task.CompletedTask;
    }

    [GeneratedRegex(@":\w+\}")]
    private static partial Regex Constraint();

    private static void Parameters(OpenApiOperation operation, string method, string path, IList<object> marks)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(p => p.In == ParameterLocation.Path))
        {
            (parameter.Schema, var description) = PathParameters.Of(parameter.Name!, path);
            parameter.Description ??= description;
        }

        operation.Parameters ??= [];
        var repeated = marks.OfType<RepeatedQuery>().LastOrDefault()?.Names ?? [];
        foreach (var known in marks.OfType<KnownQuery>().LastOrDefault()?.Parameters ?? [])
        {
            var (name, description, schema) = (known.Name, known.Description, known.Schema);
            var many = repeated.Contains(name);
            operation.Parameters.Add(
                new OpenApiParameter
                {
                    Name = name,
                    In = ParameterLocation.Query,
                    Description = description,
                    Schema = many ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema } : schema,
                    Explode = many,
                }
            );
        }

        if (marks.NamedRights() is null)
            return;
        if (Writes.Contains(method))
        {
            operation.Parameters.Add(Header("If-Match", "The ETag of the version that is to be changed; 412 where another one stands by now."));
            operation.Parameters.Add(
                Header(
                    IdempotencyKey.Header,
                    "Names this request, so that it can be repeated: the same key and body get the first answer again, for 24 hours.",
                    IdempotencyKey.MaxLength
                )
            );
        }
        else
        {
            operation.Parameters.Add(Header("If-None-Match", "The ETag of what you have; 304 where it still stands."));
        }
    }

    private static void Responses(OpenApiOperation operation, OpenApiDocument document, string method, string path, Rights? rights)
    {
        operation.Responses ??= [];
        foreach (var (status, response) in operation.Responses)
        {
            if (response is not OpenApiResponse answer || status[0] != '2' || rights is null)
                continue;
            answer.Headers ??= new Dictionary<string, IOpenApiHeader>();
            answer.Headers["ETag"] = new OpenApiHeader
            {
                Description = "The version of what is answered, where it is one thing.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            };
            if (path is "/questions/{slug}/forecast" or "/questions/{slug}/forecast/reveal")
                answer.Headers["Ledger-Receipt"] = new OpenApiHeader
                {
                    Description = "Where a ledger is kept: a signed receipt for the step, a c2sp.org/tlog-proof@v1 file in base64.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                };
            if (status is "201" or "202")
                answer.Headers["Location"] = new OpenApiHeader
                {
                    Description = "Where it can be read.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                };
        }

        void Refuses(int status, string description) =>
            operation.Responses.TryAdd(
                status.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ProblemSchemas.Response(document, status, description)
            );
        var writes = Writes.Contains(method);
        Refuses(400, "Invalid request");
        Refuses(429, "Too many requests");
        Refuses(503, "Service unavailable");
        if (!writes)
            Refuses(406, "Not acceptable");
        var isOfLedger = path.StartsWith("/audit/ledger/", StringComparison.Ordinal) || path == "/audit/verify";
        if (isOfLedger)
            Refuses(404, "Not found");
        if (rights is null)
            return;
        Refuses(401, RefusalAnswers.Unauthorized);
        Refuses(403, RefusalAnswers.Forbidden);
        if (path.Contains('{', StringComparison.Ordinal))
            Refuses(404, "Not found");
        if (!writes)
        {
            operation.Responses.TryAdd("304", new OpenApiResponse { Description = "What If-None-Match names still stands" });
            return;
        }

        Refuses(409, "Conflict with the present state, or a concurrent change");
        Refuses(412, "Precondition failed");
        if (Array.Exists<string>(["/resolution/confirm", "/resolution/reject", "/resolution/dispute"], end => path.EndsWith(end, StringComparison.Ordinal)))
            Refuses(428, "Precondition required");
        Refuses(413, "Content too large");
        Refuses(422, "Idempotency key reused");
        Refuses(415, "Unsupported media type");
    }

    private static OpenApiParameter Header(string name, string description, int? longest = null) =>
        new()
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = longest },
        };

    private static string Id(string method, string path) =>
        method.ToLowerInvariant()
        + string.Concat(
            path.Split(['/', '{', '}', '-', '.', '*', ':'], StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToUpperInvariant(part[0]) + part[1..])
        );
}
