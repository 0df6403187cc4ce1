using System.CommandLine;
using BookRec.Bench.Quality;
using BookRec.Bench.Training;

return await new RootCommand("Speed and quality of BookRec, measured by hand.")
{
    TrainingCommand.Create(),
    QualityCommand.Create(),
}.Parse(args).InvokeAsync();
