define('modules/ksef/views/ksef-profile/fields/token', ['views/fields/text'], Dep => class extends Dep {});
