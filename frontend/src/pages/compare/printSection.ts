/** Prints one section of the page; src/app/media.css leaves out the others. */
export function printSection(id: string): void {
  const { dataset } = document.documentElement;
  dataset["print"] = id;
  addEventListener(
    "afterprint",
    () => {
      delete dataset["print"];
    },
    { once: true },
  );
  print();
}
