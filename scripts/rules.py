"""Write the pages of the rules into a folder: rules.md, rules.zh.md and a page for each rule."""

import sys
from pathlib import Path

from trellis_cfg.lint.rules import RULES, page, translate
from trellis_cfg.reporters.markdown import format_page

HEAD = """# Rules

What `trellis-cfg check` reports. Severities are defaults; a rule's page says when it differs.
`trellis-cfg explain CODE` prints a page. [中文](rules.zh.md)

| code | name | default | finds |
|---|---|---|---|
"""
CHINESE = """# 规则

`trellis-cfg check` 报告的内容。`trellis-cfg explain --lang zh CODE` 显示一条规则。
各条规则的完整说明为[英文](rules.md)。

| 代码 | 名称 | 标题 | 处理方法 |
|---|---|---|---|
"""


def main(folder: Path) -> None:
    """Write the pages."""
    (folder / "rules").mkdir(exist_ok=True)
    rows, chinese = [], []
    for code in RULES:
        rule, (title, remedy) = page(code), translate(code)
        link = f"[{code}](rules/{code}.md)"
        rows.append(f"| {link} | {rule.name} | {rule.severity} | {rule.summary} |\n")
        chinese.append(f"| {link} | {rule.name} | {title} | {remedy} |\n")
        (folder / f"rules/{code}.md").write_text(format_page(rule), encoding="utf-8")
    (folder / "rules.md").write_text(HEAD + "".join(rows), encoding="utf-8")
    (folder / "rules.zh.md").write_text(CHINESE + "".join(chinese), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
