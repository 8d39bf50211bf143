/** Operators that treat every element alike, whatever its place, and repeat smaller operands. */
export const ELEMENTWISE: ReadonlySet<string> = new Set(
  (
    'Add Sub Mul Div Max Min Pow Greater GreaterOrEqual Less LessOrEqual Equal And Or Not Where Cast Relu Sigmoid Tanh Sqrt Exp Log ' +
    'Neg Abs Sign Reciprocal Softplus Elu LeakyRelu Clip Erf'
  ).split(' '),
);
