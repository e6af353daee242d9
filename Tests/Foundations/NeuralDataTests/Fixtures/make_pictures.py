"""Makes the small pictures of these tests with Pillow, and their pixels as Pillow reads them.

python3 -m pip install pillow numpy && python3 make_pictures.py
"""
import numpy as np
from PIL import Image

rows, columns = np.mgrid[0:21, 0:34]
colour = np.stack([rows * 12, columns * 7, (rows * columns) % 256], axis=2).astype(np.uint8)
grey = ((rows * 5 + columns * 3) % 256).astype(np.uint8)

Image.fromarray(colour).save("colour.jpg", quality=80)
Image.fromarray(colour).save("progressive.jpg", quality=60, progressive=True, subsampling=0)
Image.fromarray(grey).save("grey.jpg", quality=90)
Image.fromarray(colour).convert("CMYK").save("printer.jpg")
Image.fromarray(colour).save("colour.png")
Image.fromarray(grey).save("grey.png")
Image.fromarray(grey > 60).save("bits.png")
Image.fromarray(colour).quantize(16).save("palette.png")
Image.fromarray((grey.astype(np.uint16) * 257)).save("deep.png")
alpha = np.where(columns < 10, 0, 255).astype(np.uint8)
Image.fromarray(np.dstack([colour, alpha]), "RGBA").save("transparent.png")

for name in ["colour.jpg", "progressive.jpg", "grey.jpg", "colour.png", "grey.png", "palette.png"]:
    picture = Image.open(name)
    picture = picture if picture.mode == "L" else picture.convert("RGB")
    np.save(name.replace(".", "_") + ".npy", np.asarray(picture))
np.save("bits_png.npy", np.where(grey > 60, 255, 0).astype(np.uint8))
np.save("deep_png.npy", grey)
np.save("transparent_png.npy", np.where(alpha[:, :, None] == 0, 255, colour).astype(np.uint8))
