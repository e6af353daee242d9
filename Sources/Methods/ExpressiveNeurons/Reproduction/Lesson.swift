import Laboratory
import Parallel

/// Models that learn the same data with the same plan, one thread each, and are judged when they have.
struct Lesson {
  /// Names the lesson, in the progress and in the ledger.
  let name: String
  /// The models at their start.
  let models: [(name: String, model: SequenceModel)]
  /// How each is trained.
  let plan: @Sendable (SequenceModel) -> TrainingPlan

  /// What `judge` says of every trained model, in order; a run that was stopped finds the answers of finished ones.
  func run<Score: Codable & Sendable>(
    in context: ReproductionContext, on data: TaskData,
    judge: @Sendable (String, SequenceModel) throws -> Score
  ) throws -> [Score] {
    context.progress.begin("elm: \(name)", total: Double(models.reduce(0) { $0 + plan($1.model).steps }))
    defer { context.progress.finish() }
    return try parallelMap(count: models.count, threads: context.threads) { index in
      let (title, model) = models[index]
      return try context.ledger.measure("elm/\(name)/\(title)") {
        let trainer = try SequenceTrainer(
          model, plan: plan(model), data: data.training, renewal: data.renewal, seed: context.seed,
          threads: 1)
        while !trainer.isFinished {
          try trainer.step()
          try Interruption.check()
          context.progress.advance(by: 1, status: title)
        }
        return try judge(title, trainer.model)
      }
    }
  }
}
