namespace BookRec.Bench.Quality; static class QualityCommand { public static System.CommandLine.Command Create() => new("quality"); }
