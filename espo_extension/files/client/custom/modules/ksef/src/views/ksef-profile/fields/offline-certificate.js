define('modules/ksef/views/ksef-profile/fields/offline-certificate', ['views/fields/link'], Dep => class extends Dep {});
