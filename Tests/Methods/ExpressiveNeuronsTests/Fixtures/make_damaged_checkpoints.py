"""Checkpoints that must be refused, made from published_1.pt: a foreign class, a lying size, a missing array.

    python make_damaged_checkpoints.py
"""
import struct
import zipfile

base = zipfile.ZipFile("published_1.pt")
pickle = next(name for name in base.namelist() if name.endswith("/data.pkl"))


def write(path, change):
    with zipfile.ZipFile(path, "w") as out:
        for item in base.infolist():
            data, kind = change(item.filename, base.read(item.filename))
            out.writestr(zipfile.ZipInfo(item.filename), data, compress_type=kind)


# A pickle that would run a program if it were executed.
write("foreign_class.pt", lambda name, data: (b"\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R." if name == pickle else data, zipfile.ZIP_DEFLATED))
# One array has another name.
write("missing_array.pt", lambda name, data: (data.replace(b"w_y.bias", b"w_y.bbbb") if name == pickle else data, zipfile.ZIP_DEFLATED))
# A storage that unpacks to 16 MB, though the directory says 4 bytes.
storage = max((name for name in base.namelist() if "/data/" in name), key=lambda name: base.getinfo(name).file_size)
write("lying_size.pt", lambda name, data: (bytes(1 << 24) if name == storage else data, zipfile.ZIP_DEFLATED))
data = bytearray(open("lying_size.pt", "rb").read())
place = data.find(b"PK\x01\x02")
while place >= 0:
    length = struct.unpack_from("<H", data, place + 28)[0]
    if data[place + 46:place + 46 + length] == storage.encode():
        struct.pack_into("<I", data, place + 24, 4)
    place = data.find(b"PK\x01\x02", place + 4)
open("lying_size.pt", "wb").write(data)
