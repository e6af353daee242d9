import Homeostasis
import Probability
import Testing

@Suite struct EvaluationTests {
  @Test func recoveryOfAHandMadeTrace() {
    // Batches of 10: 8 hits each, then 2, 4, 8, 8, … after a shift after batch 6.
    let hits = [8, 8, 8, 8, 8, 8, 2, 4, 8, 8, 8, 8]
    let recovery = Recovery.all(hits: hits, batch: 10, shifts: [6], window: 2, share: 0.95)
    #expect(recovery.count == 1)
    #expect(recovery[0].before == 0.8)
    #expect(abs(recovery[0].after - 0.3) < 1e-12)
    #expect(recovery[0].lowest == 0.2)
    #expect(recovery[0].samplesToRecover == 40)
    #expect(abs(recovery[0].areaLost - 10) < 1e-12)
  }

  @Test func noRecoveryBeforeTheNextShift() {
    let recovery = Recovery.all(hits: [8, 8, 1, 1, 1, 1], batch: 10, shifts: [2, 4], window: 2)
    #expect(recovery.map(\.samplesToRecover) == [nil, 20])
  }

  @Test func monitorsAgreeWithCounting() {
    var monitor = PrequentialMonitor(classes: 2, window: 3, fading: 1)
    for (guess, label) in [(0, 0), (1, 0), (1, 1), (1, 1), (0, 1)] {
      monitor.record(predicted: guess, actual: label)
    }
    #expect(monitor.accuracy == 0.6)
    #expect(abs(monitor.windowedAccuracy - 2 / 3.0) < 1e-15)
    #expect(abs(monitor.fadingAccuracy - 0.6) < 1e-12)
    // Chance agreement: 0.4·0.4 + 0.6·0.6 = 0.52.
    #expect(abs(monitor.kappa - 0.08 / 0.48) < 1e-12)
  }

  @Test func detectionScores() {
    let score = DetectionScore(detections: [5, 102, 130, 320], shifts: [100, 200, 300], allowedDelay: 50)
    #expect(score.found == 2 && score.missed == 1 && score.falseAlarms == 2)
    #expect(score.meanDelay == 11)
    #expect(score.precision == 0.5)
    #expect(score.recall == 2 / 3.0)
  }

  @Test func comparisonsNeedPairs() {
    #expect(throws: HomeostasisError.self) { try PairedComparison.ofLearners([], against: []) }
    #expect(throws: HomeostasisError.self) { try PairedComparison.ofLearners([1], against: [1, 2]) }
  }
}
