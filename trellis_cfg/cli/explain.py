"""``trellis-cfg explain``: the manual pages of the rules."""

import click

from trellis_cfg.cli import SUCCESS, options
from trellis_cfg.lint.rules import RULES, match_codes, page
from trellis_cfg.reporters import markdown


@options.command("explain")
@click.argument("codes", nargs=-1, metavar="[CODE]...", type=options.CODES)
@click.option("--all", "all_", is_flag=True, help="Explain all rules.")
@options.format_option(markdown.FORMATS)
def command(codes: tuple[str, ...], *, all_: bool, output_format: str) -> int:
    """Explain a rule; without CODE, list all rules.

    Arguments:
      CODE  code of a rule, prefix of codes (TC2) or name of a rule

    Examples:
      # List the rules
      trellis-cfg explain
      # Explain a rule by its code, and one by its name
      trellis-cfg explain TC202 tail-not-saved

    Exit code:
      0  done
      2  no such rule
    """
    try:
        selected = match_codes(codes) if codes and not all_ else frozenset(RULES)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    is_list = not codes and not all_ and output_format == "text"
    format_pages = markdown.format_list if is_list else markdown.FORMATS[output_format]
    click.echo(format_pages([page(code) for code in RULES if code in selected]), nl=False)
    return SUCCESS
