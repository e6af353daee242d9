/// C(`draws`, `hits`) · Π (`marked` − i)/(`population` − i) · Π (`population` − `marked` − i)/(`population` − `hits` − i):
/// the chance of exactly `hits` marked cells among `draws` taken without replacement.
///
/// A product of ratios near 1 without cancellation; `marked` may be any real number, which continues the
/// binomial coefficients as the Gamma function does.
func hypergeometricTerm(population: Double, marked: Double, draws: Int, hits: Int) -> TailProbability {
  var product = 1.0
  var exponent = 0
  func renormalise() {
    if product > 0x1p-400 && product < 0x1p400 || product == 0 { return }
    exponent += Int(product.exponent)
    product = product.significand
  }
  for i in 0..<hits {
    let i = Double(i)
    product *= (Double(draws) - i) * (marked - i) / ((i + 1) * (population - i))
    renormalise()
  }
  let unmarked = population - marked
  let rest = population - Double(hits)
  for i in 0..<(draws - hits) {
    let i = Double(i)
    product *= (unmarked - i) / (rest - i)
    renormalise()
  }
  return TailProbability(scaled: max(0, product), exponent)
}
