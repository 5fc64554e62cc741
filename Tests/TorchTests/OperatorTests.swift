import Foundation
import Testing
import Torch

struct OperatorTests {
  @Test func `a convolution whose shapes don't fit traps, naming operator and shapes`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([1, 3, 4, 4]).conv2d(Tensor.zeros([8, 5, 3, 3]), nil)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("conv2d([1, 3, 4, 4], [8, 5, 3, 3])"))
    #expect(message.contains("to have 5 channels"))
  }

  @Test func `bytes that don't fill the shape throw`() {
    let bytes: [UInt8] = [1, 2, 3]
    #expect(throws: TorchError.self) {
      try bytes.withUnsafeBytes { try Tensor(bytes: $0, shape: [2, 3], dtype: .uint8) }
    }
  }

  @Test func `shapes broadcast, and scalars act on all elements`() {
    let a = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    let b = Tensor([10, 20, 30] as [Float], shape: [3])
    #expect((a + b).values() == [11, 22, 33, 14, 25, 36])
    #expect((a * 2 - 1).values() == [1, 3, 5, 7, 9, 11])
    #expect((b / a).values() == [10, 10, 10, 2.5, 4, 5])
  }

  @Test func `what is laid out channels last reads the same`() {
    let x = Tensor((0..<48).map { Float($0) }, shape: [2, 3, 2, 4])
    let y = x.channelsLast()
    #expect(y.isChannelsLast && !x.isChannelsLast)
    #expect(y.values() == x.values())
    #expect(
      y.permuted([0, 2, 3, 1]).narrowed(3, 0..<1).values() == [0, 1, 2, 3, 4, 5, 6, 7, 24, 25, 26, 27, 28, 29, 30, 31])
  }

  @Test func `gradients flow where they are asked for, and nowhere else`() {
    let x = Tensor([1, 2, 3] as [Float], shape: [3])
    x.requiresGrad = true
    let y = Tensor([4, 5, 6] as [Float], shape: [3])
    (x * x * y).sum().backward()
    #expect(x.grad?.values() == [8, 20, 36])
    #expect(y.grad == nil)
    x.clearGrad()
    #expect(x.grad == nil)
    #expect(withoutGradients { x * 2 }.requiresGrad == false)
    #expect((x * 2).requiresGrad)
  }

  @Test func `a not finite element is seen`() {
    #expect(Tensor([1, 2] as [Float], shape: [2]).isFinite)
    #expect(!Tensor([1, .nan] as [Float], shape: [2]).isFinite)
    #expect(!Tensor([1, -.infinity] as [Float], shape: [2]).isFinite)
  }

  #if os(Linux)
    @Test func `a loop of 100,000 operations holds its memory`() throws {
      func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return (Int(fields[1]) ?? 0) * 4096
      }
      let x = Tensor.full([64, 64], 0.5)
      x.requiresGrad = true
      func work(_ count: Int) {
        for _ in 0..<count / 4 {
          x.clearGrad()
          let y = (x * x).sum()
          y.backward()
          _ = x.grad
        }
      }
      work(4_000)
      let before = try residentBytes()
      work(100_000)
      // A leak of one tensor a turn would be 400 MB; other tests of this process take memory at the same time.
      #expect(try residentBytes() - before < 200_000_000)
    }
  #endif
}
