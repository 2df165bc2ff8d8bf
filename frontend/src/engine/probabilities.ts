/** Probabilities that sum to 1; shifted by the maximum, so no logit overflows. */
export function softmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - highest));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}

/** Logarithms of the softmax, finite where a probability is too small for a number. */
export function logSoftmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
  return logits.map((logit) => logit - highest - Math.log(total));
}

/** The logistic function of each number. */
export function sigmoid(logits: readonly number[]): number[] {
  return logits.map((logit) => 0.5 * (1 + Math.tanh(0.5 * logit)));
}

/** Logarithms of the mean of the members' probabilities: logits whose softmax is that mean. */
export function meanOf(members: readonly (readonly number[])[]): number[] {
  const logs = members.map(logSoftmax);
  const [first = []] = logs;
  return first.map((_, digit) => {
    const each = logs.map((log) => log[digit] ?? -Infinity);
    const highest = Math.max(...each);
    const mean = each.reduce((sum, log) => sum + Math.exp(log - highest), 0) / each.length;
    return highest + Math.log(mean);
  });
}
