import { queryOptions, skipToken, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { toLoaded, type Loaded } from "../../shared/api/loaded";
import { readDigitSheet, readDigitSheetImage } from "../../shared/api/reports";
import type { DigitSheet } from "../../shared/api/types";
import { cutDigit, decodeSheet, testDigitCaption, type TestDigit } from "./testDigit";

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

  const pixelsQuery = useQuery({
    queryKey: ["digit sheet pixels", sheet?.image],
    queryFn:
      sheet && place !== -1
        ? async ({ signal }) => decodeSheet(await readDigitSheetImage(sheet, signal), sheet)
        : skipToken,
  });
  const pixels = pixelsQuery.data;

  // the same object until another digit is wanted
  const digit = useMemo<TestDigit | null>(() => {
    if (index === null || !sheet || !pixels || label === undefined) return null;
    const caption = testDigitCaption(index, label);
    return { index, caption, png: cutDigit(pixels, sheet, place) };
  }, [index, label, sheet, pixels, place]);

  if (index === null) return { phase: "loaded", value: null };
  const loadedSheet = toLoaded(sheetQuery);
  if (loadedSheet.phase !== "loaded") return loadedSheet;
  if (place === -1 || digit) return { phase: "loaded", value: digit };
  const loadedPixels = toLoaded(pixelsQuery);
  return loadedPixels.phase === "loaded" ? { phase: "loaded", value: null } : loadedPixels;
}
