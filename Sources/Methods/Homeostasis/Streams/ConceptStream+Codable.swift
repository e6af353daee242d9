extension ConceptStream: Codable {
  private enum CodingKeys: CodingKey {
    case samples, batch, schedule, kind, seed, shufflesFirstEpoch, width, shifts, map, transform, earlier,
      shiftTime, passed
  }

  /// Reads a saved stream.
  ///
  /// - Throws: ``StreamError`` or `DecodingError` when its parts do not fit together.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func integer(_ key: CodingKeys) throws -> Int { try container.decode(Int.self, forKey: key) }
    let map = try container.decode(LabelMap.self, forKey: .map)
    try self.init(
      samples: integer(.samples), classes: map.names.count, width: integer(.width), batch: integer(.batch),
      schedule: container.decode(ShiftSchedule.self, forKey: .schedule),
      kind: container.decode(ShiftKind.self, forKey: .kind),
      seed: container.decode(UInt64.self, forKey: .seed),
      shufflesFirstEpoch: container.decode(Bool.self, forKey: .shufflesFirstEpoch))
    self.map = map
    earlier = try container.decode(LabelMap.self, forKey: .earlier)
    transform = try container.decodeIfPresent(ImageTransform.self, forKey: .transform)
    (shifts, shiftTime, passed) = try (integer(.shifts), integer(.shiftTime), integer(.passed))
    guard earlier.names.count == map.names.count, transform?.fits(width: width) ?? true,
      [shifts, shiftTime, passed].allSatisfy({ (0...(1 << 53)).contains($0) })
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath, debugDescription: "the saved stream's parts do not fit together"))
    }
  }

  /// Writes settings and state.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(samples, forKey: .samples)
    try container.encode(batch, forKey: .batch)
    try container.encode(schedule, forKey: .schedule)
    try container.encode(kind, forKey: .kind)
    try container.encode(seed, forKey: .seed)
    try container.encode(shufflesFirstEpoch, forKey: .shufflesFirstEpoch)
    try container.encode(width, forKey: .width)
    try container.encode(shifts, forKey: .shifts)
    try container.encode(map, forKey: .map)
    try container.encodeIfPresent(transform, forKey: .transform)
    try container.encode(earlier, forKey: .earlier)
    try container.encode(shiftTime, forKey: .shiftTime)
    try container.encode(passed, forKey: .passed)
  }
}
