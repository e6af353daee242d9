extension Sampler {
  /// Raises the likelihood to a power above 0: the chain then has the law p(unknowns) p(counts | unknowns)^power.
  ///
  /// Every step reads counts, masks and how often counts occur from ``table``, and all of them are linear in the log-likelihood.
  /// The one step that is not, the dispersions' gamma draw given table counts, gives way to a random walk.
  mutating func setPower(_ power: Double, of counts: CountTable) {
    precondition(power > 0, "Sampler: a likelihood's power must be greater than 0")
    self.power = power
    table = CountTable((0..<counts.neurons).map { ($0, power) }, of: counts)
  }

  /// log p(counts | log-rates, dispersions), whatever its power.
  package func logLikelihood() -> Double {
    let (q, length) = (rows, stride)
    var eta = [Double](repeating: 0, count: length)
    let raised = table.withUnsafe { counts in
      state.paths.withUnsafeBufferPointer { paths in
        (0..<table.neurons).reduce(0.0) { sum, i in
          let loading = loading(i)
          LoadingLaplace.logRates(
            loading, path: paths.baseAddress! + state.labels[i] * q * length, rows: loading.count,
            length: length, into: &eta)
          return sum + likelihood(counts, i).value(eta)
            + (model.observation == .negativeBinomial
              ? table.logCoefficient(i, dispersion: state.dispersions[i]) : table.logFactorials(i))
        }
      }
    }
    return raised / power
  }
}
