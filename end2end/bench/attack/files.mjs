// Files that take far more than they weigh, made of zeros: a piece of a deflate stream that ends on a whole byte
// (a full flush) may be repeated as often as wanted.

import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';

const MB = 1 << 20;
const SIDE = 10_000;
/** Decoded, such a picture and its file still fit into a budget of 1 GB. */
const PLAIN_SIDE = 8_000;

const flushed = (bytes) => zlib.deflateRawSync(bytes, { level: 9, finishFlush: zlib.constants.Z_FULL_FLUSH });
const PIECE = flushed(Buffer.alloc(MB));

/** A zlib stream (RFC 1950) of `length` zeros; their checksum is known beforehand. */
function zeros(length) {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE((((length % 65_521) << 16) | 1) >>> 0);
  const whole = Array(Math.floor(length / MB)).fill(PIECE);
  return Buffer.concat([Buffer.from([0x78, 0xda]), ...whole, zlib.deflateRawSync(Buffer.alloc(length % MB), { level: 9 }), checksum]);
}

/** The same, not compressed: blocks of at most 65,535 bytes with their length before each (RFC 1951, 3.2.4). */
function plainZeros(length) {
  return zlib.deflateSync(Buffer.alloc(length), { level: 0 });
}

function chunk(name, data) {
  const framed = Buffer.alloc(data.length + 12);
  framed.writeUInt32BE(data.length);
  framed.write(name, 4, 'latin1');
  data.copy(framed, 8);
  framed.writeUInt32BE(zlib.crc32(framed.subarray(4, data.length + 8)), data.length + 8);
  return framed;
}

const [GREY, RGB, RGBA] = [0, 2, 6];
const END = chunk('IEND', Buffer.alloc(0));

/** All before the pixels, the number with it: no two files are the same. */
function head(side, depth, color, number, ...chunks) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([depth, color], 8);
  const text = chunk('tEXt', Buffer.from(`Comment\0${process.pid} ${number}`));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), text, ...chunks]);
}

const once = (make) => {
  let made;
  return () => (made ??= make());
};

/** What 16 bits of red, green, blue and alpha a pixel unfold to: 800 MB of 0.8 MB. */
const deepPixels = once(() => chunk('IDAT', zeros(SIDE * (SIDE * 8 + 1))));
const squarePixels = once(() => chunk('IDAT', zeros(SIDE * (SIDE + 1))));
const profile = once(() => chunk('iCCP', Buffer.concat([Buffer.from('profile\0\0', 'latin1'), zeros(2048 * MB)])));
const dot = once(() => chunk('IDAT', zeros(64 * (64 * 3 + 1))));
const plain = once(() => Buffer.concat([chunk('IDAT', plainZeros(PLAIN_SIDE * (PLAIN_SIDE + 1))), END]));

export const deep = (number) => Buffer.concat([head(SIDE, 16, RGBA, number), deepPixels(), END]);
export const square = (number) => Buffer.concat([head(SIDE, 8, GREY, number), squarePixels(), END]);
export const bomb = (number) => Buffer.concat([head(64, 8, RGB, number, profile()), dot(), END]);
export const small = (number) => {
  const rows = randomBytes(200 * (200 * 3 + 1));
  for (let row = 0; row < 200; row++) rows[row * 601] = 0;
  return Buffer.concat([head(200, 8, RGB, number), chunk('IDAT', zlib.deflateSync(rows, { level: 1 })), END]);
};
/** Nothing packs it: its renders and levels are as large. */
export const noise = (side, number) => {
  const rows = randomBytes(side * (side * 3 + 1));
  for (let row = 0; row < side; row++) rows[row * (side * 3 + 1)] = 0;
  return Buffer.concat([head(side, 8, RGB, number), chunk('IDAT', zlib.deflateSync(rows, { level: 0 })), END]);
};

const plainPacked = once(() => zlib.deflateRawSync(plain(), { level: 9 }));

/** A template over five photos of 64 MB that pack to 62 kB each. */
export function vitrine(number) {
  const names = [1, 2, 3, 4, 5].map((photo) => String(photo).padStart(64, '0'));
  const layers = names.map((image, index) => ({ id: index + 1, name: 'Photo', content: { type: 'photo', image } }));
  const document = Buffer.from(JSON.stringify({ format: 'vitrine/template', version: 1, name: `Import ${number}`, canvas: { width: 2000, height: 2000 }, layers }));
  const images = names.map((name, index) => {
    const first = head(PLAIN_SIDE, 8, GREY, `${number} ${index}`);
    return {
      name: `images/${name}`,
      packed: Buffer.concat([flushed(first), plainPacked()]),
      length: first.length + plain().length,
      crc: zlib.crc32(plain(), zlib.crc32(first)),
    };
  });
  return zip([{ name: 'template.json', packed: zlib.deflateRawSync(document), length: document.length, crc: zlib.crc32(document) }, ...images]);
}

/** A ZIP of what is packed already: APPNOTE.TXT 4.3.7, 4.3.12 and 4.3.16. */
function zip(entries) {
  const [files, directory] = [[], []];
  let at = 0;
  for (const { name, packed, length, crc } of entries) {
    const common = Buffer.alloc(26);
    common.set([20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0]);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(length, 18);
    common.writeUInt16LE(name.length, 22);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const more = Buffer.alloc(14);
    more.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, more, Buffer.from(name)]));
    files.push(file);
    at += file.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...files, listed, Buffer.from('PK\x05\x06'), end]);
}
