/// The arithmetic mean; NaN of nothing.
public func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// The sample standard deviation, with n − 1 in the denominator; NaN of fewer than two values.
public func standardDeviation(_ values: [Double]) -> Double {
  let centre = mean(values)
  return (values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(values.count - 1)).squareRoot()
}

/// The value below which a share `fraction` of the values lies, interpolated linearly between neighbours
/// (type 7 of Hyndman and Fan 1996).
public func quantile(_ values: [Double], _ fraction: Double) -> Double {
  quantile(sorted: values.sorted(), fraction)
}

/// The median; the mean of the two middle values when their number is even.
public func median(_ values: [Double]) -> Double { quantile(values, 0.5) }

func quantile(sorted values: [Double], _ fraction: Double) -> Double {
  precondition(!values.isEmpty, "quantile: there must be at least one value")
  precondition(fraction >= 0 && fraction <= 1, "quantile: the fraction must lie in [0, 1]")
  let place = fraction * Double(values.count - 1)
  let below = Int(place)
  let above = min(below + 1, values.count - 1)
  let share = place - Double(below)
  return values[below] + share * (values[above] - values[below])
}

/// Pearson's correlation of two series of one length; NaN when one of them is constant.
public func pearsonCorrelation(_ first: [Double], _ second: [Double]) -> Double {
  precondition(first.count == second.count, "pearsonCorrelation: the series must have one length")
  let a = mean(first)
  let b = mean(second)
  var product = 0.0
  var squares = (0.0, 0.0)
  for (x, y) in zip(first, second) {
    product += (x - a) * (y - b)
    squares.0 += (x - a) * (x - a)
    squares.1 += (y - b) * (y - b)
  }
  return product / (squares.0 * squares.1).squareRoot()
}
