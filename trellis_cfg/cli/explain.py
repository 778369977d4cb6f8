"""``trellis-cfg explain``: the manual pages of the rules."""

import os

import click

from trellis_cfg.cli import SUCCESS, options
from trellis_cfg.lint.rules import RULES, match_codes, page
from trellis_cfg.messages import LANGUAGES, Language, find_language
from trellis_cfg.reporters import markdown


@options.command("explain")
@click.argument("codes", nargs=-1, metavar="[CODE]...", type=options.CODES)
@options.flag("--all all_", "Explain all rules.")
@options.option("--lang", click.Choice(LANGUAGES), "Language; default: from the locale.")
@options.format_option(markdown.FORMATS)
def command(
    codes: tuple[str, ...], *, all_: bool, lang: Language | None, output_format: str
) -> int:
    """Explain a rule; without CODE, list all rules.

    In Chinese, it shows the title and the remedy; the pages are in English.

    Arguments:
      CODE  code of a rule, prefix of codes (TC2), glob (TC30*) or name of a rule

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
    if output_format == "text" and (lang or find_language(os.environ)) == "zh":
        format_pages = markdown.format_chinese
    click.echo(format_pages([page(code) for code in RULES if code in selected]), nl=False)
    return SUCCESS
