using System.Text.Json;
using Api.Authorization;
using Api.Endpoints;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Api.Agents;

/// <summary>Serves agents over the Model Context Protocol (streamable HTTP) at <c>/mcp</c>.</summary>
public static class AgentEndpoints
{
    private const string Instructions =
        "A forecasting service: put calibrated probabilities on questions about the world, and be scored by proper rules when they resolve. Read a "
        + "question's criteria, "
        + "clarifications and evidence before you forecast; revise when you learn something; extreme probabilities cost dearly when they are wrong.";

    public static IServiceCollection AddAgents(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        // No sessions: any node can answer any call, and every call is made under the token that came with it.
        services
            .AddMcpServer(o =>
            {
                o.ServerInfo = new Implementation
                {
                    Name = "forecasts",
                    Title = "Forecasts",
                    Version = typeof(AgentEndpoints).Assembly.GetName().Version!.ToString(3),
                };
                o.ServerInstructions = Instructions;
            })
            .WithHttpTransport(o => o.Stateless = true)
            .WithTools<AgentTools>()
            .WithRequestFilters(f => f.AddCallToolFilter(next => (request, token) => CheckAsync(next, request, token)));
        services.PostConfigure<McpServerOptions>(o =>
        {
            if (o.ToolCollection?.TryGetPrimitive(AgentTools.ReadMyScores, out var tool) == true)
                tool.ProtocolTool.Description = ScoreTexts.OfTool();
        });
        return services;
    }

    public static void MapAgents(this IEndpointRouteBuilder routes) =>
        routes.MapMcp("/mcp").RequireAuthorization(Policies.AnyRole).Streams(anyBody: false).ExcludeFromDescription();

    /// <summary>
    /// Refuses what the tool does not know or cannot read, in words: an argument that is silently ignored does something else than was meant.
    /// </summary>
    private static async ValueTask<CallToolResult> CheckAsync(
        McpRequestHandler<CallToolRequestParams, CallToolResult> next,
        RequestContext<CallToolRequestParams> request,
        CancellationToken token
    )
    {
        if (request.MatchedPrimitive is McpServerTool { ProtocolTool: var tool } && tool.InputSchema.TryGetProperty("properties", out var known))
        {
            var given = request.Params?.Arguments ?? new Dictionary<string, JsonElement>();
            if (given.Keys.FirstOrDefault(a => !known.TryGetProperty(a, out _)) is { } unknown)
            {
                return ToolResults.Refused(
                    $"'{unknown}' is no argument of {tool.Name}; it takes {string.Join(", ", known.EnumerateObject().Select(p => p.Name))}."
                );
            }

            if (
                tool.InputSchema.TryGetProperty("required", out var required)
                && required.EnumerateArray().Select(r => r.GetString()!).FirstOrDefault(r => !given.ContainsKey(r)) is { } missing
            )
            {
                return ToolResults.Refused($"{tool.Name} needs '{missing}'.");
            }
        }

        try
        {
            return await next(request, token);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException)
        {
            return ToolResults.Refused(Unread(request));
        }
    }

    private static string Unread(RequestContext<CallToolRequestParams> request)
    {
        if (request.MatchedPrimitive is not McpServerTool { ProtocolTool: var tool } || !tool.InputSchema.TryGetProperty("properties", out var known))
            return "The arguments cannot be read.";
        return ToolArguments.Misfit(known, request.Params?.Arguments ?? new Dictionary<string, JsonElement>())
            ?? $"An argument of {tool.Name} cannot be read: a number or a text is beyond what its description allows.";
    }
}
