/** A picture for a program: its bytes in base64, or the name of a file that its reader has. */
export type CallPicture =
  | { readonly kind: "bytes"; readonly base64: string; readonly mediaType: string }
  | { readonly kind: "file"; readonly name: string };

interface Call {
  /** The address of `/predict/` with its query. */
  readonly url: string;
  readonly picture: CallPicture;
}

/** Asks the service from a shell. */
export function curlCall({ url, picture }: Call): string {
  if (picture.kind === "file") return `curl -F ${quoted(`file=@${picture.name}`)} ${quoted(url)}`;
  return [
    `curl ${quoted(url)}`,
    "-H 'Content-Type: application/json'",
    `-d '{"image": "${picture.base64}"}'`,
  ].join(" \\\n  ");
}

/** Asks the service from Python, with nothing but its standard library. */
export function pythonCall({ url, picture }: Call): string {
  const [imports, read, mediaType] =
    picture.kind === "file"
      ? ["", `open(${JSON.stringify(picture.name)}, "rb").read()`, "application/octet-stream"]
      : ["import base64\n", `base64.b64decode("${picture.base64}")`, picture.mediaType];
  return `${imports}import json
import urllib.request

picture = ${read}
request = urllib.request.Request(
    ${JSON.stringify(url)}, picture, {"Content-Type": ${JSON.stringify(mediaType)}}
)
with urllib.request.urlopen(request) as response:
    answer = json.load(response)
print(answer["digit"], answer["confidence"], answer["verdict"])
`;
}

/** For another site's page: the field, the ladder and the answer, with this drawing. */
export function embedCode(url: string): string {
  const source = url.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<iframe src="${source}" title="Digit Ladder" width="400" height="720" style="border: 0"></iframe>`;
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
