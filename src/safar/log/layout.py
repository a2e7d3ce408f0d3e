"""The reference tables of docs/reference/log-layout.md, from the fact schema itself."""

from __future__ import annotations

from safar.domain.fact import TABLES
from safar.log.schema import delta_type, duckdb_type


def layout_markdown() -> str:
    """Every table of the log with its columns, as Markdown. A test holds the page against it."""
    parts: list[str] = []
    for table, columns in TABLES.items():
        parts.append(f"### {table}\n\n| column | DuckDB | Delta | required | meaning |\n|---|---|---|---|---|")
        for column in columns:
            marks = " *Personal.*" if column.personal else ""
            values = f" One of: {', '.join(column.allowed)}." if column.allowed else ""
            required = "yes" if column.required else ""
            parts.append(
                f"| `{column.name}` | {duckdb_type(column)} | {delta_type(column)} | {required} "
                f"| {column.doc}{values}{marks} |"
            )
        parts.append("")
    return "\n".join(parts).replace("\n\n\n", "\n\n").strip() + "\n"
