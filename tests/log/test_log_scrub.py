"""Records of a person are taken out of files whole, and the others stay byte for byte."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.log.purge import PurgeNote, finish, write_note
from tests.log.log_staging import new_log

ANN = "ann@x.example"


def _forget(folder: Path, *identifiers: str) -> None:
    """Finish a forgetting of these identifiers, as its note asks for."""
    log = new_log(folder)
    note = PurgeNote(0, (1,), identifiers, ("00" * 12,), (), "k", "2026-01-01T00:00:00")
    write_note(log._folder, note)
    finish(log._folder)


def _upload(folder: Path, name: str, data: bytes) -> Path:
    path = folder / "uploads" / "0a" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["0.txt", "0.csv", "0.tsv"])
@pytest.mark.parametrize("sign", [";", "\t", "|", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_record_goes_whole_and_the_others_stay(tmp_path: Path, name: str, sign: str, encoding: str) -> None:
    head = f"id{sign}who{sign}words\r\n"
    mine = f'2{sign}{ANN.upper()}{sign}"first\nsecond SECRETWORD ""line"""\r\n'
    bob = f'3{sign}bob{sign}"she said ""no""{sign} then\nleft"\r\n"4"{sign}b\'ob{sign}\n'
    path = _upload(tmp_path, name, (head + mine + bob).encode(encoding))
    _forget(tmp_path, ANN)
    assert path.read_bytes() == (head + bob).encode(encoding)


@pytest.mark.parametrize(
    "text",
    [
        f"2;{ANN};'first\nsecond SECRETWORD'\n3;bob;fine\n",
        f'2;{ANN} 5" screen;"first\nsecond SECRETWORD"\n3;bob;fine\n',
        f'2;{ANN};"first \\"no\\"\nsecond SECRETWORD"\n',
        f"2;{ANN};first\\\nsecond SECRETWORD\n",
        f'2^{ANN}^"first\nsecond SECRETWORD"\n',
        f'2;{ANN};"never closed\nsecond SECRETWORD\n',
        f'<log><trace who="{ANN}">\nSECRETWORD</trace></log>\n',
    ],
)
def test_a_text_whose_records_cannot_be_told_goes_when_it_names_the_person(tmp_path: Path, text: str) -> None:
    path = _upload(tmp_path, "0.csv", text.encode())
    other = _upload(tmp_path, "1.csv", text.replace(ANN, "bob").encode())
    _forget(tmp_path, ANN)
    assert not path.exists()
    assert other.read_bytes() == text.replace(ANN, "bob").encode()
    assert list(path.parent.iterdir()) == [other]


def test_a_name_in_an_old_encoding_is_found(tmp_path: Path) -> None:
    persian = "زهرا"
    path = _upload(tmp_path, "0.csv", f"id;who\n1;{persian}\n".encode("cp1256"))
    other = _upload(tmp_path, "1.csv", "id;who\n1;ناصر\n".encode("cp1256"))
    _forget(tmp_path, persian, "ann-77")
    assert not path.exists()
    assert other.read_bytes() == "id;who\n1;ناصر\n".encode("cp1256")


def test_a_plain_identifier_is_taken_out_of_an_old_encoding(tmp_path: Path) -> None:
    path = _upload(tmp_path, "0.csv", "id;who\n1;ann-77\n2;ناصر\n".encode("cp1256"))
    _forget(tmp_path, "ann-77")
    assert path.read_bytes() == "id;who\n2;ناصر\n".encode("cp1256")


def test_packed_files_and_other_kinds_go(tmp_path: Path) -> None:
    gone = [
        _upload(tmp_path, "0.xlsm", b"PK\x03\x04rest"),
        _upload(tmp_path, "1.csv", b"\x1f\x8brest"),
        _upload(tmp_path, "2.xes", f"<log who='{ANN}'/>".encode("utf-16")),
        _upload(tmp_path, "3.jsonl", f'{{"who": "{ANN}",\n"words": "SECRETWORD"}}\n'.encode()),
    ]
    lines = _upload(tmp_path, "4.ndjson", f'{{"who": "{ANN}"}}\n{{"who": "bob"}}\n'.encode("utf-16"))
    _forget(tmp_path, ANN)
    assert [path for path in gone if path.exists()] == []
    assert lines.read_text(encoding="utf-16") == '{"who": "bob"}\n'


def test_a_telephone_number_is_found_as_people_write_it(tmp_path: Path) -> None:
    rows = ["1;(0912) 345-6789", "2;tel. 0912 3456 789!", "3;09123456789", "4;0912-345-67890", "5;0912,34"]
    path = _upload(tmp_path, "0.csv", "\n".join(["id;phone", *rows, ""]).encode())
    _forget(tmp_path, "09123456789")
    assert path.read_text().split() == ["id;phone", "4;0912-345-67890", "5;0912,34"]


_CELLS = st.text(st.sampled_from("ab\"';,\t\n\r \\é"), max_size=8)


@given(st.lists(st.tuples(st.booleans(), _CELLS, _CELLS), max_size=6), st.sampled_from(";,\t|"))
def test_of_any_rows_set_aside_exactly_the_person_s_go(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[bool, str, str]], sign: str
) -> None:
    folder = tmp_path_factory.mktemp("aside")

    def written(chosen: list[tuple[bool, str, str]]) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=sign, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for mine, one, two in chosen:
            writer.writerow([one, ANN if mine else "bob", two])
        return f'one{sign}who{sign}"set_aside_part"\n'.encode() + out.getvalue().encode()

    log = new_log(folder)
    place = log._folder.import_folder(1)
    place.mkdir(parents=True)
    (place / "set-aside.csv").write_bytes(written(rows))
    write_note(log._folder, PurgeNote(0, (1,), (ANN,), ("00" * 12,), (), "k", "2026-01-01T00:00:00"))
    finish(log._folder)
    assert (place / "set-aside.csv").read_bytes() == written([row for row in rows if not row[0]])
