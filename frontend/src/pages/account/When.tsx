/** A time of the service, in the visitor's own zone. */
export function When({ time }: { time: string }) {
  const text = new Date(time).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  return <time dateTime={time}>{text}</time>;
}
