define('modules/ksef/views/ksef-profile/fields/authorization-certificate', ['views/fields/link'], Dep => class extends Dep {});
