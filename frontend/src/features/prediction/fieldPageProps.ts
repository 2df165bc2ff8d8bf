import type { PageProps } from "../../shared/lib/pageProps";
import type { DrawingState } from "../drawing/useDrawing";
import type { ModelList } from "../models/useModels";
import type { PredictionHandle } from "./usePrediction";

/** What a page with the drawing on it gets. */
export interface FieldPageProps extends PageProps {
  readonly list: ModelList;
  readonly drawingState: DrawingState;
  /** A picture is being dragged over the page. */
  readonly pictureIsOver: boolean;
  readonly prediction: PredictionHandle;
}
