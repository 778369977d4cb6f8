"""``trellis-cfg explain``: the manual pages of the rules."""

import click

from trellis_cfg.lint.rules import RULES, match_codes, page
from trellis_cfg.reporters import markdown


@click.command("explain")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option("--all", "all_", is_flag=True, help="Print the pages of all rules.")
@click.option(
    "--output-format",
    type=click.Choice(list(markdown.FORMATS)),
    default="text",
    help="How pages are printed; text by default.",
)
def command(codes: tuple[str, ...], *, all_: bool, output_format: str) -> int:
    """Print the manual page of a rule, by its code, a prefix or its name; else list all rules.

    The pages of docs/rules.md are those of --all --output-format markdown.
    """
    try:
        chosen = match_codes(codes) if codes and not all_ else frozenset(RULES)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    found = [page(code) for code in RULES if code in chosen]
    listed = not codes and not all_ and output_format == "text"
    click.echo(
        markdown.table(found) if listed else markdown.FORMATS[output_format](found), nl=False
    )
    return 0
