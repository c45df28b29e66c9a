using System.CommandLine;
using Domain;
using Domain.People;

namespace Cli;

/// <summary><c>people add|list</c> and <c>tokens issue|list|revoke</c>.</summary>
public static class PeopleCommands
{
    private const string Where = """

        It goes through the service that is named or that runs on the data folder, and works on the database itself otherwise: what it changes
        holds at once in every process.
        """;

    private static readonly Argument<string> Analyst = new("analyst") { Description = "The name: a to z, 0 to 9 and '-'." };

    public static Command People()
    {
        var name = new Option<string?>("--name") { Description = "What the person is called. Else the same as the analyst's name." };
        var kind = new Option<ForecasterKind>("--kind") { Description = "What they are.", DefaultValueFactory = _ => ForecasterKind.Person };
        var roles = new Option<Role[]>("--role") { Description = "What they may do; several may be named.", AllowMultipleArgumentsPerToken = true };
        kind.AcceptOnlyFromAmong("person", "bot", "document");
        roles.AcceptOnlyFromAmong([.. Enum.GetValues<Role>().Select(Spelling.Of)]);
        var add = new Command("add", "Lets somebody in, and shows their first token this once." + Where) { Analyst, name, kind, roles };
        add.Runs(
            async (line, terminal, token) =>
            {
                var analyst = line.GetRequiredValue(Analyst);
                await using var destination = await Destination.FindAsync(line, token);
                var added = await KeeperOf(destination)
                    .AddAsync(analyst, line.GetValue(name) ?? analyst, line.GetValue(kind), line.GetValue(roles) ?? [], token);
                terminal.Say($"{analyst} is let in. The token is shown this once; only a digest of it is kept.");
                terminal.Answer(added, () => added.Token);
                return ExitCode.Done;
            }
        );

        var list = new Command("list", "Lists who there is, with their roles." + Where);
        list.Runs(
            async (line, terminal, token) =>
            {
                await using var destination = await Destination.FindAsync(line, token);
                var people = new List<KeptPerson>();
                await foreach (var person in KeeperOf(destination).ListAsync(token))
                    people.Add(person);
                terminal.Answer(
                    people,
                    () =>
                        Terminal.Table(
                            ["ANALYST", "NAME", "KIND", "ROLES"],
                            people.Select(p => (IReadOnlyList<string>)[p.Analyst, p.Name, Spelling.Of(p.Kind), Listed(p.Roles)])
                        )
                );
                return ExitCode.Done;
            }
        );
        return new Command("people", "Who is let in.") { add, list };
    }

    public static Command Tokens()
    {
        var expires = new Option<string?>("--expires")
        {
            Description = "When it ends: a date (its midnight, UTC) or an RFC 3339 time with an offset, such as 2030-01-01T00:00:00Z. Else never.",
        };
        var scopes = new Option<Role[]>("--scope")
        {
            Description = "The roles that it carries, of those that its owner has. Else all of them.",
            AllowMultipleArgumentsPerToken = true,
        };
        scopes.AcceptOnlyFromAmong([.. Enum.GetValues<Role>().Select(Spelling.Of)]);
        var issue = new Command("issue", "Gives out a further token, and shows it this once." + Where) { Analyst, expires, scopes };
        issue.Runs(
            async (line, terminal, token) =>
            {
                var ends = line.GetValue(expires) is { } text
                    ? Instants.Parse(text) ?? throw new CommandException($"'{text}' is no time; --expires takes a time: {Instants.Expected}.", ExitCode.Usage)
                    : (DateTimeOffset?)null;
                await using var destination = await Destination.FindAsync(line, token);
                var issued = await KeeperOf(destination)
                    .IssueAsync(line.GetRequiredValue(Analyst), ends, line.GetValue(scopes) is { Length: > 0 } named ? named : null, token);
                terminal.Say($"The token {issued.TokenId} of {issued.Analyst} is shown this once; only a digest of it is kept.");
                terminal.Answer(issued, () => issued.Token);
                return ExitCode.Done;
            }
        );

        var list = new Command("list", "Lists an analyst's tokens by their first characters." + Where) { Analyst };
        list.Runs(
            async (line, terminal, token) =>
            {
                await using var destination = await Destination.FindAsync(line, token);
                var tokens = await KeeperOf(destination).TokensAsync(line.GetRequiredValue(Analyst), token);
                terminal.Answer(
                    tokens,
                    () =>
                        Terminal.Table(
                            ["ID", "STARTS", "ROLES", "EXPIRES", "LAST USED"],
                            tokens.Select(t =>
                                (IReadOnlyList<string>)
                                    [
                                        t.Id,
                                        t.Prefix + "…",
                                        t.Scopes is null ? "all" : Listed(t.Scopes),
                                        t.ExpiresAt?.UtcDateTime.ToString("u") ?? "never",
                                        t.LastUsedAt?.UtcDateTime.ToString("u") ?? "never",
                                    ]
                            )
                        )
                );
                return ExitCode.Done;
            }
        );

        var id = new Argument<string>("id") { Description = "The token's id, as tokens list shows it." };
        var revoke = new Command("revoke", "Revokes a token." + Where) { Analyst, id };
        revoke.Runs(
            async (line, terminal, token) =>
            {
                var (analyst, tokenId) = (line.GetRequiredValue(Analyst), line.GetRequiredValue(id));
                await using var destination = await Destination.FindAsync(line, token);
                await KeeperOf(destination).RevokeAsync(analyst, tokenId, token);
                terminal.Answer(
                    new
                    {
                        analyst,
                        tokenId,
                        revoked = true,
                    },
                    () => $"The token {tokenId} of {analyst} is revoked."
                );
                return ExitCode.Done;
            }
        );
        return new Command("tokens", "The bearer tokens that people come with.") { issue, list, revoke };
    }

    private static IPeopleKeeper KeeperOf(Destination destination) =>
        destination.Service is { } service ? new PeopleOverHttp(service) : new PeopleInStore(destination.Store, destination.Database, TimeProvider.System);

    private static string Listed(IEnumerable<Role> roles) => string.Join(",", roles.Select(Spelling.Of));
}
