/** The scatter of many values, estimated from few days: shrunk towards values that scatter each by themselves. Pure. */

export interface Covariance {
  /** One row a day, around zero. */
  readonly samples: readonly Float64Array[];
  /** What the scatter of each value is multiplied by. */
  readonly scales: Float64Array;
}

/** Between the days' own covariance (0) and independent values (1). */
const SHRINKAGE = 0.5;
/** What days do not show of a value's error, in its own unit: instruments are read in centimetres of water. */
const LEAST_DEVIATION = 0.01;

/** Lower triangle L, row by row, with L times its transpose the covariance. */
export type Triangle = readonly Float64Array[];

export function covarianceRoot({ samples, scales }: Covariance): Triangle {
  const size = scales.length;
  const rows = Array.from({ length: size }, (_, row) =>
    Float64Array.from({ length: row + 1 }, (_, column) => {
      const products = samples.reduce((sum, sample) => sum + sample[row]! * sample[column]!, 0);
      const covariance = products / Math.max(1, samples.length - 1);
      const shrunk = row === column ? covariance + LEAST_DEVIATION ** 2 : (1 - SHRINKAGE) * covariance;
      return shrunk * scales[row]! * scales[column]!;
    }),
  );
  return choleskyOf(rows);
}

/** Of a positive definite matrix given by its lower triangle. */
export function choleskyOf(matrix: readonly Float64Array[]): Triangle {
  const root = matrix.map((row) => new Float64Array(row.length));
  for (let row = 0; row < matrix.length; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = matrix[row]![column]!;
      for (let at = 0; at < column; at += 1) sum -= root[row]![at]! * root[column]![at]!;
      root[row]![column] = row === column ? Math.sqrt(sum) : sum / root[column]![column]!;
    }
  }
  return root;
}

/** x with L x = values: values that scatter by one, each by itself. */
export function whitened(root: Triangle, values: Float64Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let row = 0; row < values.length; row += 1) {
    let sum = values[row]!;
    for (let at = 0; at < row; at += 1) sum -= root[row]![at]! * result[at]!;
    result[row] = sum / root[row]![row]!;
  }
  return result;
}
