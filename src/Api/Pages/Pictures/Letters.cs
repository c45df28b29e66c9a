using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Api.Pages.Pictures;

/// <summary>A text of a picture. Razor keeps the element's own name for itself.</summary>
public sealed class Letters : ComponentBase
{
    /// <summary>What it says.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>Its attributes.</summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Attributes { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddMultipleAttributes(1, Attributes!);
        builder.AddContent(2, ChildContent);
        builder.CloseElement();
    }
}
