extension Sampler {
  /// The sampler of one cluster of the neurons `members`, with a trajectory of `rows` rows; its counts, dispersions and states are
  /// those of this one, its trajectory and loadings are still to be set.
  func alone(_ members: [Int], rows: Int) -> Sampler {
    var (model, state) = (model, state)
    (model.factors, model.infersFactors) = (rows - 1, false)
    (state.labels, state.clusters) = ([Int](repeating: 0, count: members.count), 1)
    state.loadings = [Double](repeating: 0, count: members.count * rows)
    state.dispersions = members.map { state.dispersions[$0] }
    state.activeFactors = nil
    return Sampler(model, table: CountTable(members.map { ($0, 1) }, of: table), state: state)
  }
}
