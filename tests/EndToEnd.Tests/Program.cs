using EndToEnd.Tests;
using EndToEnd.Tests.Faults;
using EndToEnd.Tests.Pages;

// The runner's own entry point, with two commands before it.
if (args is [FaultCommand.Name, .. var rest])
    return await FaultCommand.RunAsync(rest);
if (args is [Screenshots.Name, .. var wanted])
    return await Screenshots.RunAsync(wanted);
return await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
