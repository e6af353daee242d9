import ExpressiveNeurons
import Foundation
import Testing

@Suite struct PathfinderTests {
  private let task = PathfinderTask(sizes: .init(training: 6, validation: 2, test: 2), seed: 4)

  @Test(arguments: [ContourDrawing.pathfinder, .pathfinderX])
  func picturesAreDrawnAsPublished(_ drawing: ContourDrawing) throws {
    let task = PathfinderTask(drawing: drawing, sizes: .init(training: 1, validation: 1, test: 1), seed: 2)
    var connected = 0
    var distractors = 0
    let count = drawing.size > 100 ? 40 : 150
    for index in 0..<count {
      let picture = try task.picture(index)
      connected += picture.isConnected ? 1 : 0
      distractors += picture.contours.count - 2
      // What the discs mark, from the geometry alone.
      let marks = picture.discs.map { disc in
        picture.contours.firstIndex { $0.first!.start == disc || $0.last!.end == disc }!
      }
      #expect(marks.allSatisfy { $0 < 2 })
      #expect((marks[0] == marks[1]) == picture.isConnected)
      #expect(picture.contours.prefix(2).allSatisfy { $0.count == drawing.contourLength })
      #expect(picture.contours.dropFirst(2).allSatisfy { $0.count == drawing.distractorLength })
      let away = picture.contours[0][0].start - picture.contours[1][0].start
      #expect(abs((away * away).sum().squareRoot() - drawing.beginningDistance) < 1e-9)
      for contour in picture.contours {
        for (a, b) in zip(contour, contour.dropFirst()) {
          // From the end of one dash two gaps with a bend between: the joint is one gap from both.
          let along = (a.end - a.start) / drawing.dashLength
          let next = (b.end - b.start) / drawing.dashLength
          #expect(abs((along * along).sum() - 1) < 1e-9)
          #expect(
            drawing.gaps.contains { gap in
              let miss = a.end + gap * along + gap * next - b.start
              return (miss * miss).sum() < 1e-18
            })
          let turn = acos(max(-1, min(1, (along * next).sum())))
          #expect(turn <= Double.pi / 2 / drawing.continuity + 1e-9)
        }
        for dash in contour {
          for point in [dash.start, dash.end] {
            #expect(
              point.x >= 1 && point.y >= 1 && point.x <= Double(drawing.size) - 1
                && point.y <= Double(drawing.size) - 1)
          }
        }
      }
      for disc in picture.discs {
        let pixel = Int(disc.y) * drawing.size + Int(disc.x)
        #expect(picture.pixels[pixel] >= 200)
      }
    }
    let share = Double(connected) / Double(count)
    #expect(abs(share - 0.5) < 4.5 * (0.25 / Double(count)).squareRoot())
    #expect(distractors > count)
  }

  @Test func turnsFollowTheirLaw() throws {
    // In a large picture nothing stands in the way: E cos²-weighted |turn| for continuity 1 is the integral below.
    var drawing = ContourDrawing.pathfinder
    drawing.size = 400
    drawing.distractors = 0
    drawing.beginningDistance = 150
    let task = PathfinderTask(drawing: drawing, sizes: .init(training: 1, validation: 1, test: 1), seed: 6)
    var turns: [Double] = []
    for index in 0..<60 {
      for contour in try task.picture(index).contours {
        for (a, b) in zip(contour, contour.dropFirst()) {
          let (u, v) = (a.end - a.start, b.end - b.start)
          turns.append(abs(atan2(u.x * v.y - u.y * v.x, (u * v).sum())))
        }
      }
    }
    var (weight, sum, square) = (0.0, 0.0, 0.0)
    for part in 0..<10_000 {
      let angle = (Double(part) + 0.5) / 10_000 * Double.pi / 2
      let w = pow(cos(angle), 2)
      weight += w
      sum += w * angle
      square += w * angle * angle
    }
    let mean = sum / weight
    let deviation = (square / weight - mean * mean).squareRoot()
    let found = turns.reduce(0, +) / Double(turns.count)
    #expect(abs(found - mean) < 4.5 * deviation / Double(turns.count).squareRoot())
  }

  @Test func aPictureIsASequenceOfGreyLevels() throws {
    let data = try task.data(threads: 3)
    #expect(data == (try task.data(threads: 1)))
    #expect(data.training.count == 6 && data.test!.count == 2)
    let picture = try task.picture(0)
    let input = data.training.inputs[0]
    #expect(input.steps == 1024 && input.channels == 16 && input.count == 1024)
    #expect(zip(picture.pixels, input.channel).allSatisfy { Int32($0 / 16) == $1 })
    #expect(task.preset == "pathfinder")
    #expect(PathfinderTask.extended(seed: 1).preset == "pathfinder-x")
  }

  @Test func preview() throws {
    let png = try task.preview(rows: 2, columns: 3)
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    // Width and height in the header.
    #expect(png[16..<24].elementsEqual([0, 0, 0, 108, 0, 0, 0, 72]))
  }

  @Test func refusals() {
    var drawing = ContourDrawing.pathfinder
    drawing.gaps = []
    #expect(throws: ExpressiveNeuronError.self) { try PathfinderTask(drawing: drawing, seed: 1).picture(0) }
    drawing = .pathfinder
    drawing.thickness = -.infinity
    #expect(throws: ExpressiveNeuronError.self) { try PathfinderTask(drawing: drawing, seed: 1).picture(0) }
    drawing = .pathfinder
    drawing.contourLength = 1000
    #expect(throws: ExpressiveNeuronError.self) { try PathfinderTask(drawing: drawing, seed: 1).picture(0) }
    #expect(throws: ExpressiveNeuronError.self) {
      try PathfinderTask(levels: 1, sizes: .init(training: 1, validation: 1, test: 1), seed: 1).data(
        threads: 1)
    }
    #expect(throws: ExpressiveNeuronError.self) { try task.preview(rows: 0) }
  }
}
