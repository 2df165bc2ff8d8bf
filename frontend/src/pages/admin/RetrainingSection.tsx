import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { timeText } from "../../features/keptDrawings/answerText";
import { KeptNotice } from "../../features/keptDrawings/KeptNotice";
import { useModels } from "../../features/models/useModels";
import { toFailure } from "../../shared/api/failure";
import { failureText } from "../../shared/api/failureText";
import { toLoaded } from "../../shared/api/loaded";
import { Disclosure } from "../../shared/ui/Disclosure";
import { Notice } from "../../shared/ui/Notice";
import { ScrollRegion } from "../../shared/ui/ScrollRegion";
import { PROMOTIONS, RETRAINING, startRetraining, stopRetraining, type TrainingRun } from "./admin";

/** Starts a retraining and watches it; where training is not installed, says how it is done. */
export function RetrainingSection() {
  const client = useQueryClient();
  const loaded = toLoaded(useQuery(RETRAINING));
  const refresh = () => {
    void client.invalidateQueries({ queryKey: RETRAINING.queryKey });
    void client.invalidateQueries({ queryKey: PROMOTIONS.queryKey });
  };
  const stopping = useMutation({ mutationFn: stopRetraining, onSettled: refresh });
  if (loaded.phase !== "loaded") {
    return <KeptNotice loaded={loaded} title="Retraining could not be asked for" what="figures" />;
  }
  const { available, how, runs } = loaded.value;
  return (
    <>
      {available ? (
        <StartForm
          isRunning={runs.some(({ status }) => status === "running")}
          onStarted={refresh}
        />
      ) : (
        <Notice title="Training is not installed here">
          <p className="break-words whitespace-pre-wrap">{how}</p>
        </Notice>
      )}
      {stopping.error && <Complaint error={stopping.error} />}
      <ul className="mt-4 grid gap-3">
        {runs.map((run) => (
          <Run
            key={run.id}
            run={run}
            onStop={() => {
              stopping.mutate(run.id);
            }}
          />
        ))}
      </ul>
    </>
  );
}

function StartForm({ isRunning, onStarted }: { isRunning: boolean; onStarted: () => void }) {
  const { models } = useModels();
  const epochsId = useId();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [epochs, setEpochs] = useState("");
  const starting = useMutation({
    mutationFn: () => startRetraining(chosen, epochs === "" ? null : Number(epochs)),
    onSuccess: onStarted,
  });
  const isReady = chosen.length > 0 && !isRunning && !starting.isPending;
  return (
    <form
      className="grid max-w-2xl gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) starting.mutate();
      }}
    >
      <fieldset className="flex flex-wrap gap-x-5">
        <legend className="text-sm text-soft">Rungs to train again</legend>
        {(models ?? []).map(({ name, title }) => (
          <label key={name} className="inline-flex min-h-11 cursor-pointer items-center gap-2">
            <input
              type="checkbox"
              className="size-4.5 accent-(--accent)"
              checked={chosen.includes(name)}
              onChange={({ target }) => {
                setChosen(
                  target.checked ? [...chosen, name] : chosen.filter((other) => other !== name),
                );
              }}
            />
            {title}
          </label>
        ))}
      </fieldset>
      <div className="flex flex-wrap items-end gap-3">
        <div className="grid gap-1 text-sm text-soft">
          <label htmlFor={epochsId}>Epochs (the rung’s own recipe if empty)</label>
          <input
            id={epochsId}
            type="number"
            min={1}
            max={1000}
            step={1}
            className="min-h-11 w-32 rounded-xl border border-edge bg-paper px-3 text-[0.9375rem] text-ink"
            value={epochs}
            onChange={({ target }) => {
              setEpochs(target.value);
            }}
          />
        </div>
        <button type="submit" className="button button-primary" aria-disabled={!isReady}>
          {starting.isPending ? "Starting…" : "Start retraining"}
        </button>
      </div>
      {isRunning && (
        <p className="text-sm text-soft">One is running; the next can start after it.</p>
      )}
      {starting.error && <Complaint error={starting.error} />}
    </form>
  );
}

const STATUS = {
  running: "is running",
  done: "is done",
  failed: "has failed",
  stopped: "was stopped",
  lost: "was lost: it ended without a word",
} as const;

function Run({ run, onStop }: { run: TrainingRun; onStop: () => void }) {
  const isRunning = run.status === "running";
  const [isOpen, setIsOpen] = useState(isRunning);
  const [isAsking, setIsAsking] = useState(false);
  const what = run.models.length === 0 ? "Every rung" : run.models.join(", ");
  return (
    <li
      data-testid="training-run"
      data-status={run.status}
      className="min-w-0 rounded-2xl border border-line bg-paper px-4 py-3"
    >
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 break-words">
          <span className="font-semibold">{what}</span>{" "}
          <span className={run.status === "failed" || run.status === "lost" ? "text-warn" : ""}>
            {STATUS[run.status]}
          </span>
          <span className="block text-sm text-soft">
            Started by {run.by}, {timeText(run.started_at)}
            {run.ended_at !== null && `; ended ${timeText(run.ended_at)}`}
          </span>
        </p>
        {isRunning &&
          (isAsking ? (
            <span className="flex flex-wrap gap-1.5">
              <button
                type="button"
                className="button"
                onClick={() => {
                  setIsAsking(false);
                }}
              >
                Let it run
              </button>
              <button
                type="button"
                className="button border-warn text-warn"
                onClick={() => {
                  setIsAsking(false);
                  onStop();
                }}
              >
                Stop it
              </button>
            </span>
          ) : (
            <button
              type="button"
              className="button"
              onClick={() => {
                setIsAsking(true);
              }}
            >
              Stop
            </button>
          ))}
      </div>
      {run.log !== "" && (
        <Disclosure
          title={isOpen ? "Hide the log" : "Show the log"}
          about={`retraining ${run.id}`}
          isOpen={isOpen}
          onOpen={setIsOpen}
        >
          <ScrollRegion label={`Log of retraining ${run.id}`} className="max-h-72">
            <pre className="text-xs whitespace-pre-wrap">{run.log}</pre>
          </ScrollRegion>
        </Disclosure>
      )}
    </li>
  );
}

function Complaint({ error }: { error: Error }) {
  const { title, detail } = failureText(toFailure(error), null, "figures");
  return (
    <p role="alert" className="text-sm font-semibold text-warn">
      {`${title}. ${detail}`}
    </p>
  );
}
