import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { timeText } from "../../features/keptDrawings/answerText";
import { KeptNotice } from "../../features/keptDrawings/KeptNotice";
import { useModels } from "../../features/models/useModels";
import { toLoaded } from "../../shared/api/loaded";
import { ScrollRegion } from "../../shared/ui/ScrollRegion";
import { changeServed, PROMOTIONS, type Candidate, type Change, type ServedModel } from "./admin";
import { GateTable } from "./GateTable";
import { ReasonForm } from "./ReasonForm";

/** Every model's versions; a candidate can be promoted, and the version before brought back. */
export function ServedModels() {
  const client = useQueryClient();
  const loaded = toLoaded(useQuery(PROMOTIONS));
  const { models } = useModels();
  const titleOf = useTitles();
  const changing = useMutation({
    mutationFn: changeServed,
    // a refusal is kept too
    onSettled: () => client.invalidateQueries({ queryKey: PROMOTIONS.queryKey }),
    onSuccess: () => {
      // other versions answer from now on
      void client.invalidateQueries({ queryKey: ["models"] });
      void client.invalidateQueries({ queryKey: ["reports"] });
    },
  });
  if (loaded.phase !== "loaded") {
    return <KeptNotice loaded={loaded} title="What is served could not be loaded" what="figures" />;
  }
  const { test_split_asked: asked } = loaded.value;
  const place = ({ model }: ServedModel) => models?.findIndex(({ name }) => name === model) ?? 0;
  const served = [...loaded.value.served].sort((a, b) => place(a) - place(b));
  return (
    <ul className="grid gap-4">
      {served.map((model) => (
        <li
          key={model.model}
          data-testid="served-model"
          data-model={model.model}
          className="min-w-0 rounded-2xl border border-line bg-paper p-4"
        >
          <h3 className="text-lg font-semibold">{titleOf(model.model)}</h3>
          <p className="text-sm text-soft">
            Version {model.version} is served; {versionsText(model)}. The test split was{" "}
            {askedText(asked[model.model] ?? 0)} for it.
          </p>
          {model.before !== null && (
            <ReasonForm
              label={`Roll back to version ${model.before}`}
              about={titleOf(model.model)}
              onSend={(reason) =>
                changing.mutateAsync({ action: "rollback", model: model.model, reason })
              }
            />
          )}
          {model.candidates.map((candidate) => (
            <CandidateView
              key={candidate.version}
              model={model.model}
              title={titleOf(model.model)}
              candidate={candidate}
              onPromote={changing.mutateAsync}
            />
          ))}
        </li>
      ))}
    </ul>
  );
}

interface CandidateViewProps {
  readonly model: string;
  readonly title: string;
  readonly candidate: Candidate;
  readonly onPromote: (change: Change) => Promise<void>;
}

function CandidateView({ model, title, candidate, onPromote }: CandidateViewProps) {
  const { version, gate } = candidate;
  return (
    <div data-testid="candidate" className="mt-4 border-t border-line pt-3">
      <h4 className="font-semibold">
        Version {version}:{" "}
        {gate === null ? (
          <span className="text-soft">not measured by the gate</span>
        ) : gate.passed ? (
          <span className="text-accent">the gate lets it through</span>
        ) : (
          <span className="text-warn">the gate refuses it</span>
        )}
      </h4>
      {gate && (
        <>
          <p className="text-sm text-soft">
            Measured {timeText(gate.created_at)} against version {gate.champion_version}; data{" "}
            <code title={gate.data_sha256}>{gate.data_sha256.slice(0, 12)}</code>.
          </p>
          <GateTable title={`${title}, version ${version}`} lines={gate.report.lines} />
        </>
      )}
      <ReasonForm
        label={`Promote version ${version}`}
        about={title}
        onSend={(reason) => onPromote({ action: "promote", model, version, reason })}
      />
    </div>
  );
}

function versionsText({ versions, before }: ServedModel): string {
  const known =
    versions.length === 1 ? "there is no other" : `there are versions ${versions.join(", ")}`;
  return before === null ? known : `${known}; before it was ${before}`;
}

function askedText(n: number): string {
  if (n === 0) return "never asked";
  return n === 1 ? "asked once" : `asked ${n} times`;
}

const ACTIONS = { promote: "Promoted", refuse: "Refused", rollback: "Rolled back" } as const;

/** Who changed what is served, when and why. */
export function PromotionLog() {
  const loaded = toLoaded(useQuery(PROMOTIONS));
  const titleOf = useTitles();
  if (loaded.phase !== "loaded") {
    return <KeptNotice loaded={loaded} title="The log could not be loaded" what="figures" />;
  }
  const { items } = loaded.value;
  if (items.length === 0) return <p className="text-soft">Nothing has been promoted yet.</p>;
  return (
    <ScrollRegion label="Log of promotions">
      <table data-testid="promotion-log" className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line text-left">
            {["When", "What", "Rung", "Version", "Who", "Why", "Gate report", "Data"].map(
              (head) => (
                <th key={head} scope="col" className="py-1.5 pr-4 font-semibold">
                  {head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {items.map((row) => (
            <tr key={row.id} className="border-b border-line align-top">
              <td className="py-1.5 pr-4 whitespace-nowrap">{timeText(row.timestamp)}</td>
              <td className={`py-1.5 pr-4 ${row.action === "refuse" ? "text-warn" : ""}`}>
                {ACTIONS[row.action]}
              </td>
              <td className="py-1.5 pr-4">{titleOf(row.model)}</td>
              <td className="py-1.5 pr-4 whitespace-nowrap">
                {row.from_version} → {row.version}
              </td>
              <td className="max-w-40 py-1.5 pr-4 break-words">{row.actor}</td>
              <td className="max-w-96 min-w-40 py-1.5 pr-4 break-words">{row.reason}</td>
              <td className="py-1.5 pr-4">{row.gate_report_id ?? "–"}</td>
              <td className="py-1.5">
                {row.data_sha256 === null ? (
                  "–"
                ) : (
                  <code title={row.data_sha256}>{row.data_sha256.slice(0, 12)}</code>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** The models' titles by their names. */
function useTitles(): (name: string) => string {
  const { models } = useModels();
  return (name) => models?.find((model) => model.name === name)?.title ?? name;
}
