using EndToEnd.Tests;
using EndToEnd.Tests.Faults;

// The runner's own entry point, with one command before it.
if (args is [FaultCommand.Name, .. var rest])
    return await FaultCommand.RunAsync(rest);
return await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
