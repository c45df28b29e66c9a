using Domain.Statistics;

namespace Domain.Calibration;

/// <summary>Newton's method for the two logistic models of calibration, and their standard errors.</summary>
internal static class RecalibrationFit
{
    private const int Steps = 100;

    /// <summary>logit P = a + b·logit; null if the steps do not converge.</summary>
    public static (CoxCoefficient Intercept, CoxCoefficient Slope)? Line(CalibrationSample sample, double[] logits)
    {
        double a = 0,
            b = 1;
        var likelihood = LogLikelihood(sample, logits, a, b);
        for (var step = 0; step < Steps; step++)
        {
            var (g0, g1, h00, h01, h11) = Derivatives(sample, logits, a, b);
            var determinant = h00 * h11 - h01 * h01;
            if (!(determinant > 1e-13 * h00 * h11))
                return null;
            double da = (h11 * g0 - h01 * g1) / determinant,
                db = (h00 * g1 - h01 * g0) / determinant;

            // A full step may overshoot far from the maximum; halving it cannot, since the likelihood is concave.
            double share = 1,
                next = LogLikelihood(sample, logits, a + da, b + db);
            while (!(next >= likelihood - 1e-12 * Math.Abs(likelihood)) && share > 1e-10)
            {
                share /= 2;
                next = LogLikelihood(sample, logits, a + share * da, b + share * db);
            }

            (a, b, likelihood) = (a + share * da, b + share * db, next);
            if (Math.Abs(share * da) + Math.Abs(share * db) <= 1e-13 * (1 + Math.Abs(a) + Math.Abs(b)))
                return Errors(sample, logits, a, b);
            if (Math.Abs(a) + Math.Abs(b) > 1e4)
                return null;
        }

        return Errors(sample, logits, a, b);
    }

    /// <summary>logit P = a + logit; null if the steps do not converge.</summary>
    public static CoxCoefficient? Shift(CalibrationSample sample, double[] logits)
    {
        // The score falls in a, so that bisection cannot miss its zero; Newton's step is taken where it stays inside.
        double low = -60,
            high = 60,
            a = 0,
            slope = 0;
        for (var step = 0; step < 200; step++)
        {
            var (score, _, information, _, _) = Derivatives(sample, logits, a, 1);
            slope = information;
            if (score > 0)
                low = a;
            else
                high = a;
            var next = a + score / information;
            if (!(next > low && next < high))
                next = 0.5 * (low + high);
            if (Math.Abs(next - a) <= 1e-14 * (1 + Math.Abs(a)))
                break;
            a = next;
        }

        if (!(slope > 0))
            return null;
        var squares = new CompensatedSum();
        foreach (var (g0, _) in QuestionScores(sample, logits, a, 1))
            squares.Add(g0 * g0);
        var questions = (double)sample.QuestionCount;
        return CoxCoefficient.Of(a, Math.Sqrt(squares.Value * questions / (questions - 1)) / slope, 1 / Math.Sqrt(slope));
    }

    private static (CoxCoefficient Intercept, CoxCoefficient Slope) Errors(CalibrationSample sample, double[] logits, double a, double b)
    {
        var (_, _, h00, h01, h11) = Derivatives(sample, logits, a, b);
        var determinant = h00 * h11 - h01 * h01;
        CompensatedSum intercept = default,
            slope = default;
        foreach (var (g0, g1) in QuestionScores(sample, logits, a, b))
        {
            var atIntercept = (h11 * g0 - h01 * g1) / determinant;
            var atSlope = (h00 * g1 - h01 * g0) / determinant;
            intercept.Add(atIntercept * atIntercept);
            slope.Add(atSlope * atSlope);
        }

        var correction = sample.QuestionCount / (sample.QuestionCount - 1.0);
        return (
            CoxCoefficient.Of(a, Math.Sqrt(correction * intercept.Value), Math.Sqrt(h11 / determinant)),
            CoxCoefficient.Of(b, Math.Sqrt(correction * slope.Value), Math.Sqrt(h00 / determinant))
        );
    }

    private static (double G0, double G1, double H00, double H01, double H11) Derivatives(CalibrationSample sample, double[] logits, double a, double b)
    {
        CompensatedSum g0 = default,
            g1 = default,
            h00 = default,
            h01 = default,
            h11 = default;
        for (var i = 0; i < logits.Length; i++)
        {
            var p = Logistic(a + b * logits[i]);
            var residual = sample.Weights[i] * ((sample.Outcomes[i] ? 1 : 0) - p);
            var information = sample.Weights[i] * p * (1 - p);
            g0.Add(residual);
            g1.Add(residual * logits[i]);
            h00.Add(information);
            h01.Add(information * logits[i]);
            h11.Add(information * logits[i] * logits[i]);
        }

        return (g0.Value, g1.Value, h00.Value, h01.Value, h11.Value);
    }

    private static (double G0, double G1)[] QuestionScores(CalibrationSample sample, double[] logits, double a, double b)
    {
        var scores = new (double G0, double G1)[sample.QuestionSlots];
        for (var i = 0; i < logits.Length; i++)
        {
            var residual = sample.Weights[i] * ((sample.Outcomes[i] ? 1 : 0) - Logistic(a + b * logits[i]));
            ref var score = ref scores[sample.Questions[i]];
            score = (score.G0 + residual, score.G1 + residual * logits[i]);
        }

        return scores;
    }

    private static double LogLikelihood(CalibrationSample sample, double[] logits, double a, double b)
    {
        var sum = new CompensatedSum();
        for (var i = 0; i < logits.Length; i++)
        {
            var z = a + b * logits[i];
            if (!sample.Outcomes[i])
                z = -z;
            sum.Add(-sample.Weights[i] * (z > 0 ? Math.Log(1 + Math.Exp(-z)) : Math.Log(1 + Math.Exp(z)) - z));
        }

        return sum.Value;
    }

    private static double Logistic(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));
}
