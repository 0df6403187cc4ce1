output "bucket" {
  description = "BookRec__Blobs__Bucket"
  value       = aws_s3_bucket.models.bucket
}

output "secret" {
  description = "BookRec__Secrets__Name"
  value       = aws_secretsmanager_secret.production.name
}

output "role_arn" {
  description = "For a Pod Identity association on EKS."
  value       = aws_iam_role.bookrec.arn
}

output "instance_profile" {
  description = "For machines of EC2."
  value       = aws_iam_instance_profile.bookrec.name
}
