/** A PNG file as a data: URL. */
export function pngUrl(png: Uint8Array): string {
  const bytes = Array.from(png, (byte) => String.fromCharCode(byte));
  return `data:image/png;base64,${btoa(bytes.join(""))}`;
}
