"""The rule that a project writes itself: its JSON Schema."""

from collections.abc import Iterator

from trellis_cfg.lint.config import Config, Finding


def rejected(ctx: Config) -> Iterator[Finding]:
    """The JSON Schema that is given with ``--schema`` rejects the config.

    A project has demands of its own: a key that each config must carry, a range that is agreed
    on. Write them as a JSON Schema (drafts 3 to 2020-12, by its ``$schema``) and name the file in
    ``--schema``, or as ``schema`` in the settings. Of several alternatives the closest is told; a
    short ``description`` in the schema is shown as the reason. A reference to another document is
    refused, never fetched, and ``format`` is not checked.
    """
    if ctx.facts.schema is None:
        return
    from trellis_cfg.lint.rules.user_schema.applying import rejections  # noqa: PLC0415  jsonschema

    yield from rejections(ctx.facts.schema, ctx.value)
