using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;

namespace Cli;

/// <summary>Says in words of our own what is wrong with a command line, and what can be written instead.</summary>
public static class UsageErrors
{
    /// <summary>A sentence for each thing that is wrong; none where nothing is.</summary>
    public static IReadOnlyList<string> Of(ParseResult line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.Errors.Count == 0)
            return [];
        var command = line.CommandResult.Command;
        var said = line.UnmatchedTokens.Select(t => Unmatched(t, command)).ToList();
        foreach (var error in line.Errors)
        {
            if (error.SymbolResult is OptionResult option)
                said.Add(OfValue(option.Option.Name, option.Option.HelpName, option.Option.GetCompletions(CompletionContext.Empty), option.Tokens));
            else if (error.SymbolResult is ArgumentResult { Tokens.Count: > 0 } argument)
                said.Add(OfValue(argument.Argument.Name, null, argument.Argument.GetCompletions(CompletionContext.Empty), argument.Tokens));
        }

        if (said.Count == 0 && command.Subcommands.Count > 0)
            said.Add($"A command is missing{After(command)}; there are {Names(command.Subcommands)}.");
        if (said.Count == 0)
            said.AddRange(
                command
                    .Arguments.Where(a => a.Arity.MinimumNumberOfValues > (line.GetResult(a)?.Tokens.Count ?? 0))
                    .Select(a => $"'{a.Name}' is missing{After(command)}. {a.Description}")
            );
        if (said.Count == 0)
            said.Add($"The command line cannot be read{After(command)}.");
        return [.. said.Distinct()];
    }

    private static string Unmatched(string token, Command command)
    {
        if (token.StartsWith('-'))
            return $"'{token}' is no option{Of(command)}"
                + (command.Options.Count > 0 ? $"; it takes {Names(command.Options)}, and the options of every command." : ".");
        if (command.Subcommands.Count > 0)
            return $"'{token}' is no command{After(command)}; there are {Names(command.Subcommands)}.";
        return $"'{token}' is one word too many{After(command)}{(command.Arguments.Count > 0 ? $", which takes {Names(command.Arguments)}" : "")}; "
            + "put what holds a space between quotes.";
    }

    private static string OfValue(string name, string? value, IEnumerable<CompletionItem> choices, IReadOnlyList<Token> given)
    {
        var allowed = choices.Select(c => c.Label).ToList();
        var among = string.Join(", ", allowed);
        if (given.Count == 0)
            return $"'{name}' takes a value{(allowed.Count > 0 ? $", one of {among}" : value is null ? "" : $": {name} <{value}>")}.";
        var wrong = given.Select(t => t.Value).FirstOrDefault(v => !allowed.Contains(v));
        return allowed.Count > 0 && wrong is not null
            ? $"'{wrong}' is not among what '{name}' takes: {among}."
            : $"'{name}' cannot be read: {string.Join(' ', given.Select(t => t.Value))}.";
    }

    private static string After(Command command) => command is RootCommand ? "" : $" after '{command.Name}'";

    private static string Of(Command command) => command is RootCommand ? "" : $" of '{command.Name}'";

    private static string Names(IEnumerable<Symbol> symbols) => string.Join(", ", symbols.Where(s => s is not Option { Hidden: true }).Select(s => s.Name));
}
