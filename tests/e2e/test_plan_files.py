"""The plan as files that people open elsewhere: every format read back by a reader of its own, and
all of them say the same."""
import csv
import html
import io
import re
import xml.etree.ElementTree as xml
import zipfile

TABLES = ("roadmap", "checklist", "resources", "metrics", "people")
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def workbook_tables(path):
    """{sheet name: rows of texts}, by the standard library's zip and XML readers."""
    with zipfile.ZipFile(path) as book:
        strings = ["".join(t.text or "" for t in item.iter(SPREADSHEET + "t"))
                   for item in xml.fromstring(book.read("xl/sharedStrings.xml"))]
        names = [s.get("name") for s in
                 xml.fromstring(book.read("xl/workbook.xml")).iter(SPREADSHEET + "sheet")]
        out = {}
        for n, name in enumerate(names, 1):
            sheet = xml.fromstring(book.read(f"xl/worksheets/sheet{n}.xml"))
            rows = []
            for row in sheet.iter(SPREADSHEET + "row"):
                cells = {}
                for cell in row.iter(SPREADSHEET + "c"):
                    letters = re.match("[A-Z]+", cell.get("r")).group()
                    value = cell.find(SPREADSHEET + "v")
                    assert cell.get("t") in ("s", None), "every cell is a text"
                    cells[letters] = strings[int(value.text)] if value is not None else ""
                rows.append(cells)
            columns = sorted(rows[0], key=lambda x: (len(x), x))
            out[name] = [[row.get(c, "") for c in columns] for row in rows]
        return out


def markdown_tables(text):
    out, title = {}, None
    for line in text.splitlines():
        if line.startswith("## "):
            title = line[3:]
            continue
        if not line.startswith("|") or set(line) <= set("| -"):
            continue
        cells = [html.unescape(c.strip().replace("<br>", "\n"))
                 for c in line.strip().strip("|").split("|")]
        out.setdefault(title, []).append(cells)
    return out


def csv_rows(text):
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    # A cell that looked like a formula has one apostrophe more.
    return [[re.sub(r"^'('*[=+\-@\t\r])", r"\1", cell) for cell in row] for row in rows]


# REQ: A-C1, A-C2, A-C4, A-C5, A-C6, A-C7, C-H1, C-H2, C-H3, C-H4, C-H5
def test_markdown_csv_and_workbook_hold_the_same_cells(demo, tmp_path):
    book = tmp_path / "plan.xlsx"
    demo.cli("plan", "export", "--to", book, as_json=False)
    sheets = workbook_tables(book)
    text = demo.cli("plan", "export", "--format", "md", as_json=False)
    tables = markdown_tables(text)
    titles = dict(zip(TABLES, ("Roadmap", "Risk checklist", "Resources", "Metrics", "People")))
    for table, title in titles.items():
        file = tmp_path / f"{table}.csv"
        demo.cli("plan", "export", "--table", table, "--to", file, as_json=False)
        rows = csv_rows(file.read_bytes().decode("utf-8"))
        assert rows == sheets[title], table
        # Markdown takes no spaces around a cell.
        assert [[c.strip() for c in row] for row in rows] == tables[title], table
    assert [row[0].split("\n")[0] for row in sheets["Roadmap"][1:]] == [
        "1. Sandbox", "2. Pilot Test", "3. Phased Rollout", "4. Production"]
    assert len(sheets["Risk checklist"]) == 1 + 15 and len(sheets["Resources"]) == 1 + 14
    status = [name for name in sheets if name.startswith("Status on ")]
    assert len(status) == 1, "a server tells how the project stands"
    assert "phase: sandbox" in text
    assert "can be decided by" in text


def test_a_file_is_exported_without_a_server(demo, tmp_path):
    plan = tmp_path / "plan.yaml"
    demo.cli("plan", "export", "--to", plan, as_json=False)
    out = demo.cli("plan", "export", plan, "--format", "md", as_json=False)
    assert "## Risk checklist" in out and "Status on" not in out
    again = demo.cli("plan", "export", plan, "--format", "yaml", as_json=False)
    assert again == plan.read_text()
    shown = demo.cli("plan", "show", plan, "--table", "resources", as_json=False)
    assert "GenAI Tool/Platform Subscription" in shown
    assert max(map(len, shown.splitlines())) <= 160


def test_a_table_or_a_format_that_is_none_is_named(demo):
    out = demo.cli("plan", "export", "--format", "docx", as_json=False, check=2)
    assert "yaml, json, md, csv or xlsx" in out
    out = demo.cli("plan", "export", "--format", "csv", "--table", "risks", as_json=False, check=2)
    assert "roadmap, checklist, resources, metrics or people" in out
