"""Changes to a PDF, appended to it as the format foresees: to write all of a book anew takes ten seconds.

An object that is written again counts instead of the one before; a new one gets a number that is free.
"""

import io
from typing import Any

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
)


def stream(data: bytes, **entries: PdfObject) -> DecodedStreamObject:
    """Return a stream with entries such as Type."""
    made = DecodedStreamObject()
    made.set_data(data)
    made.update({NameObject(f"/{name}"): entry for name, entry in entries.items()})
    return made


def start(data: bytes) -> int:
    """Return where a PDF's own table of objects stands.

    >>> start(b"%PDF-1.4 ... startxref\\n118\\n%%EOF")
    118
    """
    return int(data[data.rindex(b"startxref") :].split()[1])


class Update:
    """What is appended to a PDF.

    Examples
    --------
    >>> from pypdf import PdfWriter
    >>> blank, book = PdfWriter(), io.BytesIO()
    >>> _ = blank.add_blank_page(100, 200)
    >>> _ = blank.write(book)
    >>> update = Update(PdfReader(book))
    >>> page = update.pdf.pages[0]
    >>> page[NameObject("/Contents")] = update.add(stream(b"0 0 50 50 re f"))
    >>> update.change(page)
    >>> PdfReader(io.BytesIO(update.appended())).pages[0].get_contents().get_data()
    b'0 0 50 50 re f'
    """

    def __init__(self, pdf: PdfReader) -> None:
        self.pdf = pdf
        self.objects: dict[int, PdfObject] = {}
        self.free = int(str(pdf.trailer["/Size"]))
        self.taken: dict[int, IndirectObject] = {}

    def change(self, thing: Any) -> None:
        """Write an object of the PDF again, as it is now."""
        self.objects[thing.indirect_reference.idnum] = thing

    def add(self, thing: PdfObject) -> IndirectObject:
        """Write a new object; return the reference to it."""
        self.free += 1
        self.objects[self.free - 1] = thing
        return IndirectObject(self.free - 1, 0, self.pdf)

    def take(self, thing: Any) -> Any:
        """Return a part of another PDF with references to what is added here; all of it comes from one PDF."""
        if isinstance(thing, IndirectObject):
            if thing.idnum not in self.taken:
                self.taken[thing.idnum] = self.add(self.take(thing.get_object()))
            return self.taken[thing.idnum]
        if isinstance(thing, DictionaryObject):
            thing.update({key: self.take(thing.raw_get(key)) for key in thing})
        return ArrayObject(map(self.take, thing)) if isinstance(thing, ArrayObject) else thing

    def lay_over(self, page: Any, over: Any) -> None:
        """Draw a page of another PDF over one of this."""
        form = stream(over.get_contents().get_data(), Type=NameObject("/XObject"), Subtype=NameObject("/Form"))
        form.update({NameObject("/BBox"): over.mediabox, NameObject("/Resources"): self.take(over["/Resources"])})
        used = DictionaryObject(page["/Resources"])
        drawn = {**used.get("/XObject", DictionaryObject()), NameObject("/Over"): self.add(form)}
        used[NameObject("/XObject")] = DictionaryObject(drawn)
        page[NameObject("/Resources")] = used
        around = [self.add(stream(data)) for data in (b"q", b"Q /Over Do")]
        page[NameObject("/Contents")] = ArrayObject([around[0], page.raw_get("/Contents"), around[1]])
        self.change(page)

    def appended(self) -> bytes:
        """Return the PDF with what changed."""
        self.pdf.stream.seek(0)
        before = self.pdf.stream.read()
        whole, places = io.BytesIO(before), {}
        whole.seek(0, io.SEEK_END)
        for number, thing in self.objects.items():
            places[number] = whole.tell()
            whole.write(f"{number} 0 obj\n".encode())
            thing.write_to_stream(whole)
            whole.write(b"\nendobj\n")
        kept = {NameObject(key): self.pdf.trailer.raw_get(key) for key in ("/Root", "/Info")}
        sizes = {NameObject("/Size"): NumberObject(self.free), NameObject("/Prev"): NumberObject(start(before))}
        table = whole.tell()
        whole.write(b"xref\n" + "".join(f"{n} 1\n{place:010} 00000 n \n" for n, place in places.items()).encode())
        whole.write(b"trailer\n")
        DictionaryObject(kept | sizes).write_to_stream(whole)
        whole.write(f"\nstartxref\n{table}\n%%EOF\n".encode())
        return whole.getvalue()
