// Reads a QR code in a picture on stdin, and prints its text. The picture is
// its width and height, four bytes each, big endian, and then its pixels, RGBA.
import { readFileSync } from "node:fs";
import jsQR from "jsqr";

const picture = readFileSync(0);
const [width, height] = [picture.readUInt32BE(0), picture.readUInt32BE(4)];
const code = jsQR(new Uint8ClampedArray(picture.subarray(8)), width, height);
process.stdout.write(code ? code.data : "");
