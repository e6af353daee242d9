import Foundation
import LinearAlgebra
import Parallel
import Probability

/// How many components a tensor has, by several rules that need not agree.
public struct RankSelection: Sendable, Hashable, Codable {
  /// What was measured at one number of components.
  public struct Row: Sendable, Hashable, Codable {
    /// Number of components.
    public let rank: Int
    /// Relative error of each restart, the least first.
    public let errors: [Double]
    /// Mean similarity of the other restarts to the best.
    public let similarity: Double
    /// Total normalised explained variance of the pair factors, mean over restarts: the sum of their squared singular values
    /// over the largest, columns of length 1 less the mean column (Dyballa and others 2024).
    public let explainedVariance: Double
    /// Relative error on entries that were hidden, for each fold.
    public let heldOutErrors: [Double]
    /// Core consistency in percent (Bro and Kiers 2003): 100 when the fit has no interactions between components.
    public let coreConsistency: Double
  }

  /// The rules' constants.
  public struct Rules: Sendable, Hashable, Codable {
    /// Slopes of the explained variance below this share of the steepest count as flat.
    public var flatShare = 0.25
    /// Standard deviation, in components, of the kernel that smooths the slopes.
    public var slopeDeviation = 1.5
    /// Restarts at least so alike count as stable.
    public var stableSimilarity = 0.9
    /// Core consistency, in percent, from which a fit counts as trilinear.
    public var trilinear = 80.0

    /// Common constants.
    public init() {}
  }

  /// The measurements, by number of components.
  public let rows: [Row]
  /// The number each rule chooses: `errorElbow`, `similarity`, `explainedVariance`, `heldOut`, `coreConsistency`.
  public let choices: [String: Int]

  /// Applies the rules to measurements.
  public init(_ rows: [Row], rules: Rules = Rules()) {
    self.rows = rows
    var choices: [String: Int] = [:]
    let ranks = rows.map(\.rank)
    choices["errorElbow"] = ranks[Self.elbow(ranks.map(Double.init), rows.map { $0.errors.first ?? 1 })]
    if let stable = rows.last(where: { $0.similarity >= rules.stableSimilarity }) {
      choices["similarity"] = stable.rank
    }
    choices["explainedVariance"] =
      ranks[
        Self.flattening(
          rows.map(\.explainedVariance), deviation: rules.slopeDeviation, share: rules.flatShare)]
    let scored = rows.filter { !$0.heldOutErrors.isEmpty }
    if let least = scored.min(by: { mean($0.heldOutErrors) < mean($1.heldOutErrors) }) {
      // The smallest number within one standard error of the best (Breiman's rule).
      let folds = Double(least.heldOutErrors.count)
      let margin = folds > 1 ? standardDeviation(least.heldOutErrors) / folds.squareRoot() : 0
      choices["heldOut"] =
        scored.first { mean($0.heldOutErrors) <= mean(least.heldOutErrors) + margin }?.rank ?? least.rank
    }
    if let trilinear = rows.last(where: { $0.coreConsistency >= rules.trilinear }) {
      choices["coreConsistency"] = trilinear.rank
    }
    self.choices = choices
  }

  /// The place of the point farthest below the straight line from the first to the last point.
  static func elbow(_ x: [Double], _ y: [Double]) -> Int {
    guard x.count > 2, let first = y.first, let last = y.last, let begin = x.first, let end = x.last else {
      return 0
    }
    let gaps = x.indices.map { first + (last - first) * (x[$0] - begin) / (end - begin) - y[$0] }
    return gaps.indices.max { gaps[$0] < gaps[$1] } ?? 0
  }

  /// The place from which a curve's smoothed slope stays below a share of its steepest.
  static func flattening(_ values: [Double], deviation: Double, share: Double) -> Int {
    guard values.count > 2 else { return 0 }
    let slopes = zip(values.dropFirst(), values).map { $0 - $1 }
    let smoothed = slopes.indices.map { place in
      var (sum, weight) = (0.0, 0.0)
      for other in slopes.indices {
        let kernel = exp(-0.5 * pow(Double(other - place) / deviation, 2))
        sum += kernel * slopes[other]
        weight += kernel
      }
      return sum / weight
    }
    let limit = share * (smoothed.max() ?? 0)
    return (smoothed.lastIndex { $0 >= limit } ?? 0) + 1
  }

  /// Total normalised explained variance of the pair factors.
  static func explainedVariance(_ fit: NonnegativeCP) -> Double {
    let rank = fit.rank
    let factors = Matrix(rows: fit.pair.count / rank, columns: rank, values: fit.pair)
    let centred = Matrix(rows: factors.rows, columns: rank) { row, column in
      factors[row, column] - (0..<rank).reduce(0) { $0 + factors[row, $1] } / Double(rank)
    }
    // Squared singular values are the eigenvalues of the Gram matrix.
    let gram = centred.multiplied(by: centred, transposingSelf: true)
    guard let values = try? gram.symmetricEigendecomposition().values, let largest = values.last,
      largest > 1e-12
    else { return rank == 1 ? 0 : 1 }
    return values.reduce(0) { $0 + max(0, $1) } / largest
  }
}

extension RankSelection {
  /// How ranks are compared.
  public struct Plan: Sendable, Hashable, Codable {
    /// Numbers of components, ascending.
    public var ranks: [Int]
    /// Random starts of each.
    public var restarts = 4
    /// Times that entries are hidden and predicted.
    public var folds = 3
    /// Share of the complete time courses (animal, pair) that is hidden each time.
    public var hiddenShare = 0.1
    /// How each fit is made; its rank is replaced.
    public var fit = CPFit()
    /// The rules' constants.
    public var rules = Rules()

    /// A comparison of ranks.
    public init(ranks: [Int]) { self.ranks = ranks }

    /// - Throws: ``ConnectomeError`` for a setting out of range.
    public func validate(times: Int, animals: Int, pairs: Int) throws(ConnectomeError) {
      guard !ranks.isEmpty, ranks == ranks.sorted(), Set(ranks).count == ranks.count else {
        throw .outOfRange(name: "ranks", value: "\(ranks)", allowed: "ascending and different")
      }
      for rank in ranks {
        var own = fit
        own.rank = rank
        try own.validate(times: times, animals: animals, pairs: pairs)
      }
      guard (1...1000).contains(restarts) else {
        throw .outOfRange(name: "restarts", value: "\(restarts)", allowed: "1 to 1000")
      }
      guard (0...100).contains(folds) else {
        throw .outOfRange(name: "folds", value: "\(folds)", allowed: "0 to 100")
      }
      guard hiddenShare > 0, hiddenShare < 1 else {
        throw .outOfRange(name: "hidden share", value: "\(hiddenShare)", allowed: "between 0 and 1")
      }
    }
  }

  /// Measures one number of components.
  ///
  /// Whole time courses of random (animal, pair) entries are hidden: single hidden moments would be given away by their
  /// neighbours in time.
  public static func row<Scalar: LinearScalar>(
    _ tensor: MaskedTensor<Scalar>, rank: Int, plan: Plan, threads: Int = availableThreads,
    report: @Sendable (Int, Int, Double) throws -> Void = { _, _, _ in }
  ) throws -> Row {
    var fit = plan.fit
    fit.rank = rank
    let ensemble = try CPEnsemble(tensor, fit: fit, restarts: plan.restarts, threads: threads, report: report)
    let others = ensemble.similarities.dropFirst()
    let heldOut = try (0..<plan.folds).map { fold in
      let runs = try hidden(tensor, share: plan.hiddenShare, seed: plan.fit.seed, fold: fold)
      let shown = tensor.hiding(runs)
      let best = try CPEnsemble(shown, fit: fit, restarts: plan.restarts, threads: threads, report: report)
        .best
      return error(of: best, on: runs, tensor)
    }
    return Row(
      rank: rank, errors: ensemble.fits.map(\.relativeError),
      similarity: others.isEmpty ? 1 : others.reduce(0, +) / Double(others.count),
      explainedVariance: mean(ensemble.fits.map { explainedVariance($0) }), heldOutErrors: heldOut,
      coreConsistency: CoreConsistency.percent(tensor, ensemble.best, threads: threads))
  }

  /// Complete time courses to hide, never all of a pair or of an animal.
  static func hidden<Scalar: LinearScalar>(
    _ tensor: MaskedTensor<Scalar>, share: Double, seed: UInt64, fold: Int
  ) throws(ConnectomeError) -> [MissingRun] {
    let complete = tensor.completeFibres
    var ofAnimal = [Int](repeating: 0, count: tensor.animals)
    var ofPair = [Int](repeating: 0, count: tensor.pairs)
    var fibres: [Int] = []
    for fibre in complete.indices where complete[fibre] {
      ofAnimal[fibre / tensor.pairs] += 1
      ofPair[fibre % tensor.pairs] += 1
      fibres.append(fibre)
    }
    var stream = RandomStream(seed: seed, "hidden entries", fold)
    stream.shuffle(&fibres)
    let goal = max(1, Int((share * Double(fibres.count)).rounded()))
    var runs: [MissingRun] = []
    for fibre in fibres where runs.count < goal {
      let (animal, pair) = (fibre / tensor.pairs, fibre % tensor.pairs)
      guard ofAnimal[animal] > 1, ofPair[pair] > 1 else { continue }
      ofAnimal[animal] -= 1
      ofPair[pair] -= 1
      runs.append(MissingRun(animal: animal, pair: pair, begin: 0, end: tensor.times))
    }
    guard !runs.isEmpty else {
      throw .tooFew(what: "complete time courses that could be hidden", have: 0, need: 1)
    }
    return runs
  }

  /// ‖X − X̂‖ / ‖X‖ over the hidden entries.
  static func error<Scalar: LinearScalar>(
    of fit: NonnegativeCP, on runs: [MissingRun], _ tensor: MaskedTensor<Scalar>
  ) -> Double {
    var (residual, total) = (0.0, 0.0)
    for run in runs {
      let z = (0..<fit.rank).map {
        fit.weights[$0] * fit.animal[run.animal * fit.rank + $0] * fit.pair[run.pair * fit.rank + $0]
      }
      let course = tensor.course(animal: run.animal, pair: run.pair)
      for time in run.begin..<run.end {
        let value = Double(course[time])
        let model = (0..<fit.rank).reduce(0) { $0 + z[$1] * fit.time[time * fit.rank + $1] }
        residual += (value - model) * (value - model)
        total += value * value
      }
    }
    return total > 0 ? (residual / total).squareRoot() : 0
  }
}
