using System.CommandLine;
using BookRec.Bench.Kernels;
using BookRec.Bench.Login;
using BookRec.Bench.Quality;
using BookRec.Bench.Ranking;
using BookRec.Bench.Serving;
using BookRec.Bench.Sharding;
using BookRec.Bench.Training;
using Spectre.Console;

// Tables keep their columns when the output goes to a file.
AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 140);
return await new RootCommand("Speed and quality of BookRec, measured by hand.")
{
    TrainingCommand.Create(),
    QualityCommand.Create(),
    RankingCommand.Create(),
    KernelsCommand.Create(),
    ShardingCommand.Create(),
    ServingCommand.Create(),
    PlainServer.Create(),
    LoginCommand.Create(),
}.Parse(args).InvokeAsync();
