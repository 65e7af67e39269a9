/** Text in a PNG that travels with the picture: iTXt chunks, UTF-8 (PNG specification, 11.3.3.4). */

/** Behind the signature (8 bytes) and IHDR (25 bytes), and so before the pixels. */
const PLACE = 33;

/** The picture with a text for each keyword (Latin letters and spaces, 79 at most); empty ones are left out. */
export async function withTexts(png: Blob, texts: Record<string, string>): Promise<Blob> {
  const chunks = Object.entries(texts).flatMap(([keyword, text]) => (text ? chunk(keyword, text) : []));
  return new Blob([png.slice(0, PLACE), ...chunks, png.slice(PLACE)], { type: png.type });
}

/** Length, type, data, and a check sum of the latter two. */
function chunk(keyword: string, text: string): Uint8Array<ArrayBuffer> {
  // after the keyword: its end, two bytes for "not compressed", no language, no translated keyword
  const content = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${text.replaceAll("\0", "")}`);
  const bytes = new Uint8Array(content.length + 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length - 4);
  bytes.set(content, 4);
  view.setUint32(content.length + 4, checksum(content));
  return bytes;
}

/** CRC-32 with the polynomial of ISO 3309. */
function checksum(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc;
}
