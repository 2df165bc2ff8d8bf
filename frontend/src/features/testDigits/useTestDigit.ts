import { queryOptions, skipToken, useQuery } from "@tanstack/react-query";
import { toLoaded, type Loaded } from "../../shared/api/loaded";
import { readDigitSheet, readDigitSheetImage } from "../../shared/api/reports";
import type { DigitSheet } from "../../shared/api/types";
import { testDigitCaption, type TestDigit } from "./testDigit";

const SHEET = queryOptions({
  queryKey: ["digit sheet"],
  queryFn: ({ signal }) => readDigitSheet(signal),
});

/** Which test digits there are pictures of. */
export function useDigitSheet(): Loaded<DigitSheet> {
  return toLoaded(useQuery(SHEET));
}

/** The test digit with an index: null where there is no picture of it, or no index. */
export function useTestDigit(index: number | null): Loaded<TestDigit | null> {
  const sheetQuery = useQuery({ ...SHEET, enabled: index !== null });
  const sheet = sheetQuery.data;
  const place = index === null ? -1 : (sheet?.indices.indexOf(index) ?? -1);
  const label = sheet?.labels[place];
  const isThere = sheet !== undefined && index !== null && label !== undefined;
  const digitQuery = useQuery({
    // the same object until another digit is wanted
    queryKey: ["test digit", index, sheet?.image],
    queryFn: isThere
      ? async ({ signal, client }): Promise<TestDigit> => {
          // who links to no test digit needs no decoder
          const { cutDigit, decodeSheet } = await import("./digitSheet");
          const pixels = await client.query({
            queryKey: ["digit sheet pixels", sheet.image],
            queryFn: async () => decodeSheet(await readDigitSheetImage(sheet, signal), sheet),
            retry: false,
          });
          const png = cutDigit(pixels, sheet, place);
          return { index, caption: testDigitCaption(index, label), png };
        }
      : skipToken,
  });
  if (index === null) return { phase: "loaded", value: null };
  const loadedSheet = toLoaded(sheetQuery);
  if (loadedSheet.phase !== "loaded") return loadedSheet;
  return isThere ? toLoaded(digitQuery) : { phase: "loaded", value: null };
}
