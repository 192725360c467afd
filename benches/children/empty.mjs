// What any Node process costs.
