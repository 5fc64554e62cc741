import RunStore

/// What TensorBoard reads of a run: a file of `Event` messages (tensorboard/compat/proto, `event.proto` and
/// `summary.proto`).
struct EventFile {
  private var records = RecordFile()

  var bytes: [UInt8] { records.bytes }

  /// - Parameter start: the time of the first event, which says what kind of file this is.
  init(start: Timestamp) {
    var event = ProtocolMessage()
    event.add(start.seconds, as: 1)
    event.add("brain.Event:2", as: 3)
    records.append(event.bytes)
  }

  /// A point of a curve. It is kept as a float32: TensorBoard's own loader shows no other.
  mutating func add(scalar number: Double, tag: String, step: Int, time: Timestamp) {
    var value = ProtocolMessage()
    value.add(tag, as: 1)
    value.always(Float(number), as: 2)
    add(value, step: step, time: time)
  }

  /// - Parameter png: the picture's file.
  mutating func add(picture png: [UInt8], width: Int, height: Int, tag: String, step: Int, time: Timestamp) {
    var picture = ProtocolMessage()
    picture.add(height, as: 1)
    picture.add(width, as: 2)
    picture.add(3, as: 3)
    picture.add(png, as: 4)
    var value = ProtocolMessage()
    value.add(tag, as: 1)
    value.add(picture, as: 4)
    add(value, step: step, time: time)
  }

  /// - Parameter text: Markdown.
  mutating func add(text: String, tag: String, step: Int, time: Timestamp) {
    var tensor = ProtocolMessage()
    tensor.add(ElementType.string, as: 1)
    tensor.add(ProtocolMessage(), as: 2)
    tensor.always(Array(text.utf8), as: 8)
    add(tensor, of: .init(tag: tag, plugin: "text"), step: step, time: time)
  }

  /// What the plug-in for hyperparameters reads: all of it stands in the tag's description, its value is none.
  mutating func add(hyperparameters content: ProtocolMessage, tag: String, time: Timestamp) {
    var extent = ProtocolMessage()
    extent.add(ProtocolMessage(), as: 2)
    var tensor = ProtocolMessage()
    tensor.add(ElementType.float32, as: 1)
    tensor.add(extent, as: 2)
    add(tensor, of: .init(tag: tag, plugin: "hparams", content: content.bytes), step: 0, time: time)
  }

  private mutating func add(_ tensor: ProtocolMessage, of series: Series, step: Int, time: Timestamp) {
    var value = ProtocolMessage()
    value.add(series.tag, as: 1)
    value.add(tensor, as: 8)
    value.add(series.metadata, as: 9)
    add(value, step: step, time: time)
  }

  private mutating func add(_ value: ProtocolMessage, step: Int, time: Timestamp) {
    var summary = ProtocolMessage()
    summary.add(value, as: 1)
    var event = ProtocolMessage()
    event.add(time.seconds, as: 1)
    event.add(step, as: 2)
    event.add(summary, as: 5)
    records.append(event.bytes)
  }

  /// Of `types.proto`.
  private enum ElementType {
    static let float32 = 1
    static let string = 7
  }

  /// A tag, and who reads its values.
  private struct Series {
    let tag: String
    let plugin: String
    var content: [UInt8] = []

    var metadata: ProtocolMessage {
      var data = ProtocolMessage()
      data.add(plugin, as: 1)
      data.add(content, as: 2)
      var metadata = ProtocolMessage()
      metadata.add(data, as: 1)
      return metadata
    }
  }
}

extension Timestamp {
  /// Since 1970.
  var seconds: Double { Double(milliseconds) / 1000 }
}
